/**
 * A signed-in user: one a VU, kept over iterations, refreshed before it expires. It begins with the session that was
 * prepared for it, where there is one.
 */
import type { TokenBody } from '../wire/api.ts';
import { RENEW_SECONDS } from '../wire/sessions.ts';
import { refresh, signIn, signOut } from './api/auth.ts';
import { identify } from './api/identity.ts';
import { videoIdsOf } from './fixtures.ts';
import type { FixtureUser } from './once/fixture-rows.ts';

export interface Session {
  readonly user: FixtureUser;
  /** Videos that answers to this user may refer to. */
  readonly videoIds: readonly string[];
  /** Of every request of this user; undefined where the VU's cookie jar says who asks. */
  readonly headers: Record<string, string> | undefined;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix s. */
  readonly expiresAt: number;
}

let own: Session | undefined;

/** This VU's session; undefined when the platform refused to sign the user in, which is counted. */
export function signedIn(user: FixtureUser): Session | undefined {
  if (own?.user !== user) own = user.prepared && openSession(user, user.prepared);
  if (own && isGood(own.expiresAt)) return own;
  const renewed = own && refresh(own.refreshToken);
  const result = renewed?.ok ? renewed : signIn(user.email, user.password);
  own = result.ok ? openSession(user, result.value) : undefined;
  return own;
}

/** Signs in, whoever this VU was before; undefined when the platform refused. */
export function signInAs(user: FixtureUser): Session | undefined {
  const token = tokenFor(user);
  return token && openSession(user, token);
}

/** A token of this user's: the one that was prepared, or a new one; undefined when the platform refused. */
export function tokenFor(user: FixtureUser): TokenBody | undefined {
  if (user.prepared && isGood(user.prepared.expires_at)) return user.prepared;
  const result = signIn(user.email, user.password);
  return result.ok ? result.value : undefined;
}

/** Ends a session of `signInAs`, unless it was prepared: others use that too. */
export function leave(me: Session): void {
  if (me.accessToken !== me.user.prepared?.access_token) signOut(me.accessToken);
}

function isGood(expiresAt: number): boolean {
  return expiresAt - Date.now() / 1000 > RENEW_SECONDS;
}

/** Makes a token this VU's session: its cookie is in the VU's jar from now on. */
export function openSession(user: FixtureUser, token: TokenBody): Session {
  const headers = identify(token);
  let videoIds = own?.user === user ? own.videoIds : undefined;
  return {
    user,
    // What else a token holds is in the cookie: much, for something that every virtual user keeps.
    accessToken: token.access_token,
    refreshToken: token.refresh_token,
    expiresAt: token.expires_at,
    get videoIds() {
      videoIds ??= videoIdsOf(user.creator_id);
      return videoIds;
    },
    headers,
  };
}
