/**
 * A signed-in user: one a VU, kept over iterations, refreshed before it expires.
 */
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import http from 'k6/http';
import type { TokenBody } from '../wire/api.ts';
import { passwordFrom, type UserRow } from '../wire/fixtures.ts';
import { sessionCookies } from '../wire/session-cookie.ts';
import { refresh, signIn } from './api/auth.ts';
import { config } from './config.ts';
import { videoIdsOf } from './fixtures.ts';

/** Seconds before its end at which a session is renewed. */
const RENEW_SECONDS = 60;

export interface Session {
  readonly user: UserRow;
  /** Videos that answers to this user may refer to. */
  readonly videoIds: ReadonlySet<string>;
  /** Of every request of this user: Authorization in bearer mode, nothing in cookie mode (the VU's jar has it). */
  readonly headers: Record<string, string> | undefined;
  readonly token: TokenBody;
}

let own: Session | undefined;

/** This VU's session; undefined when the platform refused to sign the user in, which is counted. */
export function signedIn(user: UserRow): Session | undefined {
  if (own?.user !== user) own = undefined;
  if (own && own.token.expires_at - Date.now() / 1000 > RENEW_SECONDS) return own;
  const renewed = own && refresh(own.token.refresh_token);
  const result = renewed?.ok ? renewed : signIn(user.email, passwordOf(user));
  own = result.ok ? openSession(user, result.value) : undefined;
  return own;
}

/** Signs in anew, whoever this VU was before; undefined when the platform refused. */
export function signInAs(user: UserRow): Session | undefined {
  const result = signIn(user.email, passwordOf(user));
  return result.ok ? openSession(user, result.value) : undefined;
}

/** Password of a test user: an HMAC of the address, so that no file holds one. */
export function passwordOf(user: UserRow): string {
  return passwordFrom(crypto.hmac('sha256', config.passwordKey, user.email, 'hex') as string);
}

/** Makes a token this VU's session: its cookie is in the VU's jar from now on. */
export function openSession(user: UserRow, token: TokenBody): Session {
  const bearer = config.authMode === 'bearer';
  if (!bearer) rememberCookie(token);
  let videoIds = own?.user === user ? own.videoIds : undefined;
  return {
    user,
    token,
    get videoIds() {
      videoIds ??= videoIdsOf(user.creator_id);
      return videoIds;
    },
    headers: bearer ? { Authorization: `Bearer ${token.access_token}` } : undefined,
  };
}

/** Puts the session into the VU's jar as @supabase/ssr does. Never beside a Cookie header: k6 would send both. */
function rememberCookie(token: TokenBody): void {
  const encoded = encoding.b64encode(JSON.stringify(token), 'rawurl');
  const jar = http.cookieJar();
  // A session of fewer chunks must not be followed by the rest of another.
  jar.clear(config.baseUrl);
  for (const [name, value] of sessionCookies(config.cookieName, encoded))
    jar.set(config.baseUrl, name, value, { path: '/' });
}
