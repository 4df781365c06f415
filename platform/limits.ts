/**
 * Rate limits per user, counted as @upstash/ratelimit counts them.
 */
import type { LimitName, Limits, RateLimit } from '../src/wire/limits.ts';

/** What a limiter says to one request. */
export interface Decision {
  readonly allowed: boolean;
  readonly limit: number;
  /** Requests left in this window after this one. */
  readonly remaining: number;
  /** When the current window ends, Unix ms. */
  readonly resetAt: number;
}

export interface Window {
  /** What a request would be told, were it made now; it isn't counted. @param now Unix ms */
  look(user: string, limit: number, now: number): Decision;
  /** Counts a request. @param now Unix ms */
  count(user: string, now: number): void;
}

/** Lets a request through or refuses it, and counts it. */
export type Limiter = (window: Window, user: string, limit: number, now: number) => Decision | Promise<Decision>;

/** Exactly the limit, whatever comes at the same time; refused requests are not counted. */
export function take(window: Window, user: string, limit: number, now: number): Decision {
  const decision = window.look(user, limit, now);
  if (decision.allowed) window.count(user, now);
  return decision;
}

/**
 * Two windows: the count of the one before is weighted by how much of it the sliding window still covers, rounded down.
 */
export class SlidingWindow implements Window {
  private readonly counts = new Map<string, { window: number; current: number; previous: number }>();
  private readonly windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  look(user: string, limit: number, now: number): Decision {
    const { current, previous } = this.countsOf(user, now);
    const covered = 1 - (now % this.windowMs) / this.windowMs;
    return decide(limit, Math.floor(covered * previous) + current, now, this.windowMs);
  }

  count(user: string, now: number): void {
    this.countsOf(user, now).current++;
  }

  private countsOf(user: string, now: number) {
    const window = Math.floor(now / this.windowMs);
    let counts = this.counts.get(user);
    if (counts?.window !== window) {
      const previous = counts?.window === window - 1 ? counts.current : 0;
      counts = { window, current: 0, previous };
      this.counts.set(user, counts);
    }
    return counts;
  }
}

/** A window that starts anew when it ends. */
export class FixedWindow implements Window {
  private readonly counts = new Map<string, { window: number; count: number }>();
  private readonly windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  look(user: string, limit: number, now: number): Decision {
    return decide(limit, this.countOf(user, now), now, this.windowMs);
  }

  count(user: string, now: number): void {
    const count = this.countOf(user, now) + 1;
    this.counts.set(user, { window: Math.floor(now / this.windowMs), count });
  }

  private countOf(user: string, now: number): number {
    const counts = this.counts.get(user);
    return counts?.window === Math.floor(now / this.windowMs) ? counts.count : 0;
  }
}

function decide(limit: number, used: number, now: number, windowMs: number): Decision {
  const resetAt = (Math.floor(now / windowMs) + 1) * windowMs;
  return { allowed: used < limit, limit, remaining: Math.max(0, limit - used - 1), resetAt };
}

/** The windows of each limit. */
export function createWindows({ chat, upload, quiz, api }: Limits): Record<LimitName, Window> {
  return { chat: windowOf(chat), upload: windowOf(upload), quiz: windowOf(quiz), api: windowOf(api) };
}

function windowOf({ algorithm, windowSeconds }: RateLimit): Window {
  const windowMs = windowSeconds * 1000;
  return algorithm === 'sliding' ? new SlidingWindow(windowMs) : new FixedWindow(windowMs);
}

/** Headers of a limited route. X-RateLimit-Reset is in Unix ms, as Upstash gives it. @param now Unix ms */
export function limitHeaders(decision: Decision, now: number): Record<string, string> {
  const headers: Record<string, string> = {
    'X-RateLimit-Limit': String(decision.limit),
    'X-RateLimit-Remaining': String(decision.remaining),
    'X-RateLimit-Reset': String(decision.resetAt),
  };
  if (!decision.allowed) headers['Retry-After'] = String(retryAfterSeconds(decision, now));
  return headers;
}

/** Whole seconds until the window ends, at least 1. */
export function retryAfterSeconds(decision: Decision, now: number): number {
  return Math.max(1, Math.ceil((decision.resetAt - now) / 1000));
}
