/** Applies a tier's limit to a call: its headers, and 429 beyond. */
import type { Tier } from '../src/wire/fixtures.ts';
import type { LimitName } from '../src/wire/limits.ts';
import type { Call } from './call.ts';
import { appError, forbidden } from './errors.ts';
import { limitHeaders, retryAfterSeconds } from './limits.ts';

/** @throws Refusal 403 where the tier has no access, 429 where it has had enough */
export async function limited(call: Call, what: LimitName, { id, tier }: { id: string; tier: Tier }): Promise<void> {
  const limit = call.platform.options.limits[what].allowed[tier];
  if (limit === 'none') return;
  if (limit === 'closed') throw forbidden(`Not available in the ${tier} tier`);
  const now = Date.now();
  const { limiter, windows } = call.platform;
  const decision = await limiter(windows[what], id, limit, now);
  Object.assign(call.headers, limitHeaders(decision, now));
  if (decision.allowed) return;
  throw appError(429, 'RateLimitError', 'RATE_LIMIT_EXCEEDED', 'Too many requests, please try again later', {
    retryAfter: retryAfterSeconds(decision, now),
  });
}
