/**
 * A signed-in user: one a VU, kept over iterations, refreshed before it expires. It begins with the session that was
 * prepared for it, where there is one.
 */
import { b64encode } from 'k6/encoding';
import { cookieJar } from 'k6/http';
import type { TokenBody } from '../wire/api.ts';
import { sessionCookies } from '../wire/session-cookie.ts';
import { RENEW_SECONDS } from '../wire/sessions.ts';
import { refresh, signIn, signOut } from './api/auth.ts';
import { config } from './config.ts';
import { videoIdsOf } from './fixtures.ts';
import type { FixtureUser } from './once/fixture-rows.ts';

export interface Session {
  readonly user: FixtureUser;
  /** Videos that answers to this user may refer to. */
  readonly videoIds: readonly string[];
  /** Of every request of this user: Authorization in bearer mode, nothing in cookie mode (the VU's jar has it). */
  readonly headers: Record<string, string> | undefined;
  readonly token: TokenBody;
}

let own: Session | undefined;

/** This VU's session; undefined when the platform refused to sign the user in, which is counted. */
export function signedIn(user: FixtureUser): Session | undefined {
  if (own?.user !== user) own = user.prepared && openSession(user, user.prepared);
  if (own && isGood(own.token)) return own;
  const renewed = own && refresh(own.token.refresh_token);
  const result = renewed?.ok ? renewed : signIn(user.email, user.password);
  own = result.ok ? openSession(user, result.value) : undefined;
  return own;
}

/** Signs in, whoever this VU was before; undefined when the platform refused. */
export function signInAs(user: FixtureUser): Session | undefined {
  if (user.prepared && isGood(user.prepared)) return openSession(user, user.prepared);
  const result = signIn(user.email, user.password);
  return result.ok ? openSession(user, result.value) : undefined;
}

/** Ends a session of `signInAs`, unless it was prepared: others use that too. */
export function leave(me: Session): void {
  if (me.token !== me.user.prepared) signOut(me.token);
}

function isGood({ expires_at }: TokenBody): boolean {
  return expires_at - Date.now() / 1000 > RENEW_SECONDS;
}

/** Makes a token this VU's session: its cookie is in the VU's jar from now on. */
export function openSession(user: FixtureUser, token: TokenBody): Session {
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

/** What says who asks, for a request that takes no cookies from the VU's jar. */
export function headersOf(token: TokenBody): Record<string, string> {
  if (config.authMode === 'bearer') return { Authorization: `Bearer ${token.access_token}` };
  return {
    Cookie: cookiesOf(token)
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
  };
}

/** Puts the session into the VU's jar as @supabase/ssr does. Never beside a Cookie header: k6 would send both. */
function rememberCookie(token: TokenBody): void {
  const jar = cookieJar();
  // A session of fewer chunks must not be followed by the rest of another.
  jar.clear(config.baseUrl);
  for (const [name, value] of cookiesOf(token)) jar.set(config.baseUrl, name, value, { path: '/' });
}

function cookiesOf(token: TokenBody): [string, string][] {
  return sessionCookies(config.cookieName, b64encode(JSON.stringify(token), 'rawurl'));
}
