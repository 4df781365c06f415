/** How a session begins: by password, by a refresh token, or out of the file of prepared ones. */
import type { TokenBody } from '../../wire/api.ts';
import { RENEW_SECONDS } from '../../wire/sessions.ts';
import { refresh, signIn } from '../api/auth.ts';
import { identify } from '../api/identity.ts';
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
  const headers = identify(token);
  return {
    user,
    // What else a token holds is in the cookie: much, for something that every virtual user keeps.
    accessToken: token.access_token,
    refreshToken: token.refresh_token,
    expiresAt: token.expires_at,
    headers,
  };
}

export function isGood({ expires_at }: TokenBody): boolean {
  return expires_at - Date.now() / 1000 > RENEW_SECONDS;
}
