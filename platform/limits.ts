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

export interface Limiter {
  /** Counts a request of this user unless it is refused. @param now Unix ms */
  take(user: string, limit: number, now: number): Decision;
}

/**
 * Two windows: the count of the one before is weighted by how much of it the sliding window still covers, rounded down.
 * Refused requests are not counted.
 */
export class SlidingWindow implements Limiter {
  private readonly counts = new Map<string, { window: number; current: number; previous: number }>();
  private readonly windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  take(user: string, limit: number, now: number): Decision {
    const window = Math.floor(now / this.windowMs);
    const count = this.counts.get(user) ?? { window, current: 0, previous: 0 };
    this.counts.set(user, count);
    if (count.window !== window) {
      count.previous = count.window === window - 1 ? count.current : 0;
      count.current = 0;
      count.window = window;
    }
    const covered = 1 - (now % this.windowMs) / this.windowMs;
    const weighted = Math.floor(covered * count.previous);
    const resetAt = (window + 1) * this.windowMs;
    if (weighted + count.current >= limit) return { allowed: false, limit, remaining: 0, resetAt };
    count.current++;
    return { allowed: true, limit, remaining: limit - weighted - count.current, resetAt };
  }
}

/** A window that starts anew when it ends. Refused requests count as well, which changes nothing for anybody. */
export class FixedWindow implements Limiter {
  private readonly counts = new Map<string, { window: number; count: number }>();
  private readonly windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  take(user: string, limit: number, now: number): Decision {
    const window = Math.floor(now / this.windowMs);
    const before = this.counts.get(user);
    const count = before?.window === window ? before.count + 1 : 1;
    this.counts.set(user, { window, count });
    const resetAt = (window + 1) * this.windowMs;
    return { allowed: count <= limit, limit, remaining: Math.max(0, limit - count), resetAt };
  }
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
export function createLimiters(speedup: number): Record<Limited, Limiter> {
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
