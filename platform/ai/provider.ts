/**
 * The simulated AI provider: answers after a time to first token and a time per token, within a limit per minute.
 */
import { hashOf, Random } from '../random.ts';
import type { Switches } from '../setups.ts';
import { sleepMs } from '../sleep.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Length of an answer in tokens: lognormal fitted to the conversation trace that Azure published in 2023
 * (AzureLLMInferenceTrace_conv.csv, 19,366 requests): mu 5.02, sigma 0.86, at most 1,000.
 */
const ANSWER_TOKENS = { mu: 5.02, sigma: 0.86, most: 1_000 } as const;

/** Length of a prompt with what was retrieved, from the same trace: mean 1,155 tokens. */
const PROMPT_TOKENS = { mu: 6.63, sigma: 0.99, most: 14_000 } as const;

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

type AiSwitches = Pick<
  Switches,
  'aiRequestsPerMinute' | 'aiInputTokensPerMinute' | 'aiOutputTokensPerMinute' | 'aiSlowdown'
>;

/** What the provider counts, by the names of its headers. */
export const AI_LIMITS = ['requests', 'input-tokens', 'output-tokens'] as const;
export type AiLimit = (typeof AI_LIMITS)[number];

export class AiProvider {
  readonly buckets: Readonly<Record<AiLimit, TokenBucket>>;
  /** Tokens of all prompts and answers so far. */
  readonly tokens = { input: 0, output: 0 };
  private readonly seed: number;
  private readonly slowdown: number;

  constructor(switches: AiSwitches, seed: number) {
    const now = Date.now();
    this.buckets = {
      requests: new TokenBucket(switches.aiRequestsPerMinute, now),
      'input-tokens': new TokenBucket(switches.aiInputTokensPerMinute, now),
      'output-tokens': new TokenBucket(switches.aiOutputTokensPerMinute, now),
    };
    this.seed = seed;
    this.slowdown = switches.aiSlowdown;
  }

  send(prompt: Prompt, now = Date.now()): Reply {
    const cost = draw(this.seed, prompt.message);
    const needs = { requests: 1, 'input-tokens': cost.inputTokens, 'output-tokens': cost.outputTokens };
    const retryAfterMs = Math.max(...AI_LIMITS.map((what) => this.buckets[what].waitMs(needs[what], now)));
    if (retryAfterMs > 0) {
      const headers = { ...this.limitHeaders(now), 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
      return { status: 429, retryAfterMs, headers };
    }
    for (const what of AI_LIMITS) this.buckets[what].take(needs[what], now);
    this.tokens.input += cost.inputTokens;
    this.tokens.output += cost.outputTokens;
    return { status: 200, headers: this.limitHeaders(now), content: this.answer(prompt, cost) };
  }

  private async answer(prompt: Prompt, { outputTokens, ms }: Cost): Promise<string> {
    await sleepMs(ms * this.slowdown);
    return answerText(prompt, Math.round(outputTokens * WORDS_PER_TOKEN));
  }

  private limitHeaders(now: number): Headers {
    const headers: Record<string, string> = {};
    for (const what of AI_LIMITS) {
      const bucket = this.buckets[what];
      headers[`anthropic-ratelimit-${what}-limit`] = String(bucket.limit);
      headers[`anthropic-ratelimit-${what}-remaining`] = String(bucket.remaining(now));
      headers[`anthropic-ratelimit-${what}-reset`] = new Date(now + bucket.waitMs(bucket.limit, now)).toISOString();
    }
    return headers;
  }
}

interface Cost {
  inputTokens: number;
  outputTokens: number;
  /** From the request to the last token. */
  ms: number;
}

/** What a message costs; the same for the same seed and message. */
export function draw(seed: number, message: string): Cost {
  const random = new Random(hashOf(seed, 'answer', message));
  const outputTokens = drawTokens(random, ANSWER_TOKENS);
  const firstTokenMs = random.lognormal(FIRST_TOKEN_MS.mu, FIRST_TOKEN_MS.sigma);
  const inputTokens = drawTokens(random, PROMPT_TOKENS);
  return { inputTokens, outputTokens, ms: firstTokenMs + outputTokens * TOKEN_MS };
}

function drawTokens(random: Random, { mu, sigma, most }: { mu: number; sigma: number; most: number }): number {
  return Math.min(most, Math.max(1, Math.round(random.lognormal(mu, sigma))));
}

/** So many words out of the sources, over and over. */
function answerText({ message, sources }: Prompt, words: number): string {
  const material = sources.length > 0 ? sources.join(' ') : `About ${message}`;
  const stock = material.split(' ');
  const text: string[] = [];
  while (text.length < Math.max(1, words)) text.push(...stock.slice(0, words - text.length));
  return text.join(' ');
}
