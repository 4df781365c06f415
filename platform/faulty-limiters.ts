/**
 * Limiters that are wrong on purpose, each in a way that real ones have been: what a test of limits has to catch.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Limiter, take } from './limits.ts';

/** The gap between reading a count and writing it, ms: a round trip to Redis. */
const GAP_MS = 5;

/** By the value of the switch `limiter`. */
export const LIMITERS = {
  sound: take,
  /** Lets one more through than the limit that it states. */
  'off-by-one': (window, user, limit, now) => {
    const decision = take(window, user, limit + 1, now);
    return { ...decision, limit, remaining: Math.max(0, decision.remaining - 1) };
  },
  /** Whoever goes on asking is not let in again. */
  'counts-refused': (window, user, limit, now) => {
    const decision = window.look(user, limit, now);
    window.count(user, now);
    return decision;
  },
  /** Requests at the same time all see the count of before. */
  'not-atomic': async (window, user, limit, now) => {
    const decision = window.look(user, limit, now);
    await sleep(GAP_MS);
    if (decision.allowed) window.count(user, now);
    return decision;
  },
} as const satisfies Record<string, Limiter>;
