/**
 * A signed-in user: one a VU, kept over iterations, refreshed before it expires. It begins with the session that was
 * prepared for it, where there is one.
 */
import load from 'afresh:./briefly/opening.ts';
import { RENEW_SECONDS } from '../wire/sessions.ts';
import type { FixtureUser } from './once/fixture-rows.ts';

export interface Session {
  readonly user: FixtureUser;
  /** Of every request of this user; undefined where the VU's cookie jar says who asks. */
  readonly headers: Record<string, string> | undefined;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix s. */
  readonly expiresAt: number;
}

/** Needed once in a virtual user, and then not for an hour. */
const opening = load as () => typeof import('./briefly/opening.ts');

let own: Session | undefined;

/** This VU's session; undefined when the platform refused to sign the user in, which is counted. */
export function signedIn(user: FixtureUser): Session | undefined {
  const before = own?.user === user ? own : undefined;
  own = before && before.expiresAt - Date.now() / 1000 > RENEW_SECONDS ? before : opening().openFor(user, before);
  return own;
}
