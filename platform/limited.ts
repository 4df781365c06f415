/** Applies a tier's limit to a call: its headers, and 429 beyond. */
import type { Tier } from '../src/wire/fixtures.ts';
import type { Call } from './call.ts';
import { appError } from './errors.ts';
import { LIMITS, type Limited, limitHeaders, retryAfterSeconds } from './limits.ts';

/** @throws Refusal 429 */
export async function limited(call: Call, what: Limited, { id, tier }: { id: string; tier: Tier }): Promise<void> {
  const limit = LIMITS[tier][what];
  if (limit === undefined) return;
  const now = Date.now();
  const { limiter, windows } = call.platform;
  const decision = await limiter(windows[what], id, limit, now);
  Object.assign(call.headers, limitHeaders(decision, now));
  if (decision.allowed) return;
  throw appError(429, 'RateLimitError', 'RATE_LIMIT_EXCEEDED', 'Too many requests, please try again later', {
    retryAfter: retryAfterSeconds(decision, now),
  });
}
