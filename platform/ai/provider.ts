/**
 * The simulated AI provider: answers after a time to first token and a time per token, within a limit per minute.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hashOf, Random } from '../random.ts';
import type { Switches } from '../setups.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Length of an answer in tokens: lognormal fitted to the conversation trace that Azure published in 2023
 * (AzureLLMInferenceTrace_conv.csv, 19,366 requests): mu 5.02, sigma 0.86, at most 1,000.
 */
const ANSWER_TOKENS = { mu: 5.02, sigma: 0.86, most: 1_000 } as const;

/**
 * Time to first token, median 350 ms, and per token: together p95 about 2.5 s and p99 about 3.8 s, as the checklist
 * expects after its fixes. Hosted models are often slower.
 */
const FIRST_TOKEN_MS = { mu: Math.log(350), sigma: 0.35 } as const;
const TOKEN_MS = 3.3;

/** English prose has about 0.75 words a token. */
const WORDS_PER_TOKEN = 0.75;

export interface Prompt {
  readonly message: string;
  /** What was found in the videos, best first. */
  readonly sources: readonly string[];
}

type Headers = Readonly<Record<string, string>>;

/** What comes back at once: a refusal, or the promise of an answer. */
export type Reply =
  | { readonly status: 200; readonly headers: Headers; readonly content: Promise<string> }
  /** retryAfterMs: until the limit lets the next one through. */
  | { readonly status: 429; readonly headers: Headers; readonly retryAfterMs: number };

export class AiProvider {
  readonly requests: TokenBucket;
  private readonly seed: number;
  private readonly slowdown: number;

  constructor(switches: Pick<Switches, 'aiRequestsPerMinute' | 'aiSlowdown'>, seed: number) {
    this.requests = new TokenBucket(switches.aiRequestsPerMinute, Date.now());
    this.seed = seed;
    this.slowdown = switches.aiSlowdown;
  }

  send(prompt: Prompt): Reply {
    const now = Date.now();
    if (!this.requests.take(1, now)) {
      const retryAfterMs = this.requests.waitMs(1, now);
      const headers = { ...this.limitHeaders(now), 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
      return { status: 429, retryAfterMs, headers };
    }
    return { status: 200, headers: this.limitHeaders(now), content: this.answer(prompt) };
  }

  private async answer(prompt: Prompt): Promise<string> {
    const { tokens, ms } = draw(this.seed, prompt.message);
    await sleep(ms * this.slowdown);
    return answerText(prompt, Math.round(tokens * WORDS_PER_TOKEN));
  }

  private limitHeaders(now: number): Headers {
    const { limit } = this.requests;
    return {
      'anthropic-ratelimit-requests-limit': String(limit),
      'anthropic-ratelimit-requests-remaining': String(this.requests.remaining(now)),
      'anthropic-ratelimit-requests-reset': new Date(now + this.requests.waitMs(limit, now)).toISOString(),
    };
  }
}

/** Length of the answer and time that it takes; the same for the same seed and message. */
export function draw(seed: number, message: string): { tokens: number; ms: number } {
  const random = new Random(hashOf(seed, 'answer', message));
  const tokens = Math.min(
    ANSWER_TOKENS.most,
    Math.max(1, Math.round(random.lognormal(ANSWER_TOKENS.mu, ANSWER_TOKENS.sigma))),
  );
  const firstTokenMs = random.lognormal(FIRST_TOKEN_MS.mu, FIRST_TOKEN_MS.sigma);
  return { tokens, ms: firstTokenMs + tokens * TOKEN_MS };
}

/** So many words out of the sources, over and over. */
function answerText({ message, sources }: Prompt, words: number): string {
  const material = sources.length > 0 ? sources.join(' ') : `About ${message}`;
  const stock = material.split(' ');
  const text: string[] = [];
  while (text.length < Math.max(1, words)) text.push(...stock.slice(0, words - text.length));
  return text.join(' ');
}
