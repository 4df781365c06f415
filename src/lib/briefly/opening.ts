/** How a session begins: by password, by a refresh token, or out of the file of prepared ones. */
import { b64encode } from 'k6/encoding';
import type { TokenBody } from '../../wire/api.ts';
import { sessionCookies } from '../../wire/session-cookie.ts';
import { RENEW_SECONDS } from '../../wire/sessions.ts';
import { refresh, signIn } from '../api/auth.ts';
import { config } from '../config.ts';
import { http } from '../k6.ts';
import type { FixtureUser } from '../once/fixture-rows.ts';
import type { Session } from '../session.ts';

/** A session that is good; undefined when the platform refused it. @param before of the same user, too old by now */
export function openFor(user: FixtureUser, before: Session | undefined): Session | undefined {
  const { prepared } = user;
  if (!before && prepared && isGood(prepared)) return openSession(user, prepared);
  const refreshToken = before ? before.refreshToken : prepared?.refresh_token;
  const renewed = refreshToken === undefined ? undefined : refresh(refreshToken);
  const result = renewed?.ok ? renewed : signIn(user.email, user.password);
  return result.ok ? openSession(user, result.value) : undefined;
}

/** Makes a token this VU's session: its cookie is in the VU's jar from now on. */
export function openSession(user: FixtureUser, token: TokenBody): Session {
  const bearer = config.authMode === 'bearer';
  if (!bearer) rememberCookie(token);
  return {
    user,
    // What else a token holds is in the cookie: much, for something that every virtual user keeps.
    accessToken: token.access_token,
    refreshToken: token.refresh_token,
    expiresAt: token.expires_at,
    headers: bearer ? { Authorization: `Bearer ${token.access_token}` } : undefined,
  };
}

/** Puts the session into the VU's jar as @supabase/ssr does. Never beside a Cookie header: k6 would send both. */
function rememberCookie(token: TokenBody): void {
  const jar = http.cookieJar();
  // A session of fewer chunks must not be followed by the rest of another.
  jar.clear(config.baseUrl);
  const cookies = cookiesOf(token);
  for (let at = 0; at < cookies.length; at++) jar.set(config.baseUrl, cookies[at]![0], cookies[at]![1], { path: '/' });
}

export function cookiesOf(token: TokenBody): [string, string][] {
  return sessionCookies(config.cookieName, b64encode(JSON.stringify(token), 'rawurl'));
}

export function isGood({ expires_at }: TokenBody): boolean {
  return expires_at - Date.now() / 1000 > RENEW_SECONDS;
}
