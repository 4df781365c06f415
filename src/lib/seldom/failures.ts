/** Why a response gave no value. */
import type { FailureKind } from '../../wire/api.ts';
import { isQuotaRefusal, kindOfServerError } from '../api/refusals.ts';
import type { Reply } from '../http.ts';

/** @param statuses those that would have been no failure */
export function failureOf(response: Reply, statuses: readonly number[]): FailureKind {
  const { status } = response;
  if (status === 0) return response.error_code === 1050 ? 'timeout' : 'connection';
  if ((status >= 200 && status < 300) || statuses.includes(status)) return 'malformed';
  if (status >= 300 && status < 400) return 'redirect';
  if (isChallenge(response)) return 'challenge';
  if (status === 429) return 'rate-limited';
  if (isQuotaRefusal(response)) return 'quota';
  return status >= 500 ? kindOfServerError(response.body) : 'client-error';
}

/** A firewall that wants to see a browser: Vercel and Cloudflare say so in a header. */
export function isChallenge({ headers }: Reply): boolean {
  return headers['X-Vercel-Mitigated'] === 'challenge' || headers['Cf-Mitigated'] === 'challenge';
}
