/** How the app calls the AI provider: at once, or through a queue that backs off when the provider says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AiProvider, Prompt, Reply } from './provider.ts';

/** Longest that a question waits for the provider's limit. */
const MOST_WAIT_MS = 20_000;
/** First pause after a 429; doubled with each further one. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export interface Answer {
  readonly content: string;
  /** The provider's limit headers, which are passed on to whoever asked. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The provider refused, and waiting was no use. */
export class AiRefused extends Error {
  readonly headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>>) {
    super('The AI provider refused the request: rate limit exceeded');
    this.headers = headers;
  }
}

export class AiClient {
  /** Requests sent to the provider, and how many it refused. */
  sent = 0;
  throttled = 0;
  /** Questions that wait for the provider's limit. */
  waiting = 0;
  private readonly provider: AiProvider;
  private readonly queued: boolean;
  private admission: Promise<unknown> = Promise.resolve();

  constructor(provider: AiProvider, queued: boolean) {
    this.provider = provider;
    this.queued = queued;
  }

  /** @throws AiRefused */
  async ask(prompt: Prompt): Promise<Answer> {
    const reply = this.queued ? await this.inTurn(prompt) : this.send(prompt);
    if (reply.status === 429) throw new AiRefused(reply.headers);
    return { content: await reply.content, headers: reply.headers };
  }

  /** First come, first served: a question that is refused holds up those behind it until it is let through. */
  private async inTurn(prompt: Prompt): Promise<Reply> {
    const deadline = Date.now() + MOST_WAIT_MS;
    this.waiting++;
    const turn = this.admission.then(() => this.untilTaken(prompt, deadline));
    this.admission = turn;
    const reply = await turn;
    this.waiting--;
    return reply;
  }

  private async untilTaken(prompt: Prompt, deadline: number): Promise<Reply> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const reply = this.send(prompt);
      if (reply.status === 200) return reply;
      const waitMs = Math.max(pauseMs, reply.retryAfterMs);
      if (Date.now() + waitMs > deadline) return reply;
      await sleep(waitMs);
    }
  }

  private send(prompt: Prompt): Reply {
    const reply = this.provider.send(prompt);
    this.sent++;
    if (reply.status === 429) this.throttled++;
    return reply;
  }
}
