/** Applies a tier's limit a minute to a call: its headers, and 429 beyond. */
import type { Tier } from '../src/wire/fixtures.ts';
import type { Call } from './call.ts';
import { AppError } from './errors.ts';
import { LIMITS, limitHeaders, retryAfterSeconds } from './limits.ts';

/** @throws AppError 429 */
export function limited(call: Call, what: 'chat' | 'api', user: string, tier: Tier): void {
  const limit = LIMITS[tier][what];
  if (limit === undefined) return;
  const { chatLimiter, apiLimiter } = call.platform;
  const now = Date.now();
  const decision = (what === 'chat' ? chatLimiter : apiLimiter).take(user, limit, now);
  Object.assign(call.headers, limitHeaders(decision, now));
  if (decision.allowed) return;
  const retryAfter = retryAfterSeconds(decision, now);
  throw new AppError(429, 'RateLimitError', 'RATE_LIMIT_EXCEEDED', 'Too many requests, please try again later', {
    retryAfter,
  });
}
