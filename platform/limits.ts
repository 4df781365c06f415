/**
 * Rate limits per user, counted as @upstash/ratelimit counts them.
 */
import type { Tier } from '../src/wire/fixtures.ts';

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

/** What is limited: chat messages and other requests a minute, uploads and quizzes an hour. */
export type Limited = 'chat' | 'api' | 'upload' | 'quiz';

/** How many questions a tier may ask. */
export type Quota =
  | { readonly period: 'ever' | 'day'; readonly questions: number }
  | { readonly period: 'none'; readonly questions?: undefined };

/** Requests in a window by tier; a limit that is missing is no limit. */
export const LIMITS: Readonly<Record<Tier, Partial<Record<Limited, number>> & { quota: Quota }>> = {
  free: { chat: 10, api: 100, upload: 5, quota: { period: 'ever', questions: 3 } },
  basic: { chat: 10, api: 100, upload: 5, quiz: 3, quota: { period: 'day', questions: 100 } },
  pro: { chat: 50, api: 500, upload: 20, quiz: 15, quota: { period: 'day', questions: 500 } },
  enterprise: { quota: { period: 'none' } },
};

/** @param speedup divides the windows, so that a test need not wait an hour */
export function createWindows(speedup: number): Record<Limited, Window> {
  const minuteMs = 60_000 / speedup;
  return {
    chat: new SlidingWindow(minuteMs),
    api: new SlidingWindow(minuteMs),
    upload: new FixedWindow(60 * minuteMs),
    quiz: new FixedWindow(60 * minuteMs),
  };
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
