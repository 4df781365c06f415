/**
 * A fetch that outlives a bad moment of the network or of the server: it asks again, a little later each time. Everything
 * sent through it can be sent twice (upserts, deletes, creations that are refused the second time).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

export interface Patience {
  readonly attempts: number;
  /** Before the second attempt, ms; doubled before each further one. */
  readonly pauseMs: number;
  /** Longest wait for one answer, ms. */
  readonly answerMs: number;
}

/** Gives up after half a minute of pauses: a restart of the database passes, an outage does not. */
export const PATIENCE: Patience = { attempts: 7, pauseMs: 500, answerMs: 60_000 };

type Input = Parameters<typeof fetch>[0];

const LONGEST_PAUSE_MS = 60_000;
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

export interface PersistentFetch {
  /** Never throws: a lost connection is an answer with status 504, since supabase-js prints what its fetch throws. */
  readonly fetch: typeof fetch;
  /** What ended the last hope of an answer; from then on every request fails at once. */
  readonly lost: () => Refusal | undefined;
}

/** @param say told before each further attempt */
export function persistentFetch(patience: Patience, say: (line: string) => void): PersistentFetch {
  let lost: Refusal | undefined;

  async function persistently(input: Input, init?: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      if (lost) return lostAnswer(lost);
      const answer = await once(input, init, patience.answerMs);
      if (answer.ok && !PASSING.has(answer.response.status)) return answer.response;
      const last = attempt >= patience.attempts;
      if (last && answer.ok) return answer.response;
      if (last) {
        lost = new Refusal('unreachable', lostLine(input, answer.ok ? '' : answer.why, patience.attempts));
        return lostAnswer(lost);
      }
      const pauseMs = pauseBefore(attempt, answer.ok ? answer.response : undefined, patience);
      const what = answer.ok ? refused(answer.response.status) : answer.why;
      say(`${hostOf(input)} ${what}; asking again in ${Math.ceil(pauseMs / 1_000)} s.`);
      await sleep(pauseMs);
    }
  }
  return { fetch: persistently, lost: () => lost };
}

function lostAnswer({ message }: Refusal): Response {
  return Response.json({ message }, { status: 504 });
}

type Answer = { ok: true; response: Response } | { ok: false; why: string };

async function once(input: Input, init: RequestInit | undefined, answerMs: number): Promise<Answer> {
  const timeout = AbortSignal.timeout(answerMs);
  try {
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await fetch(input, { ...init, signal, redirect: 'manual' });
    // Read to the end here, so that a connection that breaks in the middle of an answer counts as broken.
    const body = [204, 304].includes(response.status) || init?.method === 'HEAD' ? null : await response.arrayBuffer();
    return { ok: true, response: new Response(body, { status: response.status, headers: response.headers }) };
  } catch (error) {
    return { ok: false, why: reason(error as Error, answerMs) };
  }
}

function refused(status: number): string {
  return status === 429 ? 'limits requests from this address (429)' : `answered ${status}`;
}

function pauseBefore(attempt: number, response: Response | undefined, { pauseMs }: Patience): number {
  const asked = Number(response?.headers.get('retry-after'));
  // Up to a quarter more, so that requests that failed together don't come back together.
  const usual = pauseMs * 2 ** (attempt - 1) * (1 + Math.random() / 4);
  return Math.min(LONGEST_PAUSE_MS, asked > 0 ? asked * 1_000 : usual);
}

function lostLine(input: Input, why: string, attempts: number): string {
  return `${hostOf(input)} ${why}, ${attempts} times in a row. Run the same command again when it is back: it goes on where it stopped.`;
}

function reason(error: Error, answerMs: number): string {
  if (error.name === 'TimeoutError') return `did not answer within ${answerMs / 1_000} s`;
  const cause = error.cause as (NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }) | undefined;
  const code = cause?.code ?? cause?.errors?.[0]?.code ?? error.message;
  if (code === 'ECONNREFUSED') return 'refused the connection';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'closed the connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'is not known to DNS';
  return `can't be reached (${code})`;
}

function hostOf(input: Input): string {
  return new URL(input instanceof Request ? input.url : input).host;
}
