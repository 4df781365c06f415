/**
 * How a request says who asks: by the session cookie of @supabase/ssr, or by an Authorization header (AUTH_MODE).
 */
import { b64encode } from 'k6/encoding';
import type { TokenBody } from '../../wire/api.ts';
import { sessionCookies } from '../../wire/session-cookie.ts';
import { http } from '../k6.ts';
import { config } from '../run.ts';

/**
 * Makes all requests of this VU those of the token's owner.
 * @returns the headers that say so; undefined where the VU's cookie jar does
 */
export function identify(token: TokenBody): Record<string, string> | undefined {
  if (config.authMode === 'bearer') return bearer(token);
  rememberCookie(token);
  return undefined;
}

/** The headers that say who asks, for a request that takes no cookies from the VU's jar. */
export function headersOf(token: TokenBody): Record<string, string> {
  if (config.authMode === 'bearer') return bearer(token);
  return {
    Cookie: cookiesOf(token)
      .map((cookie) => cookie.join('='))
      .join('; '),
  };
}

function bearer({ access_token }: TokenBody): Record<string, string> {
  return { Authorization: `Bearer ${access_token}` };
}

/** Puts the session into the VU's jar as @supabase/ssr does. Never beside a Cookie header: k6 would send both. */
function rememberCookie(token: TokenBody): void {
  const jar = http.cookieJar();
  // A session of fewer chunks must not be followed by the rest of another.
  jar.clear(config.baseUrl);
  const cookies = cookiesOf(token);
  for (let at = 0; at < cookies.length; at++) jar.set(config.baseUrl, cookies[at]![0], cookies[at]![1], { path: '/' });
}

function cookiesOf(token: TokenBody): [string, string][] {
  return sessionCookies(config.cookieName, b64encode(JSON.stringify(token), 'rawurl'));
}
