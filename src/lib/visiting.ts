/** Sessions beside the VU's own: of visitors, and of users who are tried out. */
import type { TokenBody } from '../wire/api.ts';
import { signIn, signOut } from './api/auth.ts';
import { isGood, openSession } from './briefly/opening.ts';
import type { FixtureUser } from './once/fixture-rows.ts';
import type { Session } from './session.ts';

/** Signs in, whoever this VU was before; undefined when the platform refused. */
export function signInAs(user: FixtureUser): Session | undefined {
  const token = tokenFor(user);
  return token && openSession(user, token);
}

/** A token of this user's: the one that was prepared, or a new one; undefined when the platform refused. */
export function tokenFor(user: FixtureUser): TokenBody | undefined {
  if (user.prepared && isGood(user.prepared)) return user.prepared;
  const result = signIn(user.email, user.password);
  return result.ok ? result.value : undefined;
}

/** Ends a session of `signInAs`, unless it was prepared: others use that too. */
export function leave(me: Session): void {
  if (me.accessToken !== me.user.prepared?.access_token) signOut(me.accessToken);
}
