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

/** Chat messages a minute and other requests a minute, by tier; undefined is without limit. */
export const LIMITS: Readonly<Record<Tier, { chat?: number; api?: number; quota: Quota }>> = {
  free: { chat: 10, api: 100, quota: { period: 'ever', questions: 3 } },
  basic: { chat: 10, api: 100, quota: { period: 'day', questions: 100 } },
  pro: { chat: 50, api: 500, quota: { period: 'day', questions: 500 } },
  enterprise: { quota: { period: 'none' } },
};

/** How many questions a tier may ask. */
export type Quota =
  | { readonly period: 'ever' | 'day'; readonly questions: number }
  | { readonly period: 'none'; readonly questions?: undefined };

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
