/**
 * The rest of Supabase Auth: who the user is, signing out, and the life of a refresh token. Each in a session of its own,
 * since it ends there.
 */
import type { TokenBody } from '../../../wire/api.ts';
import type { Answer } from '../../contract/answer.ts';
import { answers, expects, refuses, succeeds } from '../../contract/findings.ts';
import { type Identity, look } from '../../contract/probe.ts';
import type { FixtureUser } from '../../once/fixture-rows.ts';
import { config } from '../../run.ts';
import { headersOf } from '../identity.ts';
import type { Cast } from './cast.ts';
import { readBalance } from './home.ts';
import { newSession, refresh, refreshed, withKey } from './sign-in.ts';

const USER = 'GET /auth/v1/user';
const LOGOUT = 'POST /auth/v1/logout';
const REFRESH = 'POST /auth/v1/token refresh_token';

/** As long as GoTrue's, and nobody's. */
const UNKNOWN_TOKEN = 'aaaaaaaaaaaa';

/** The session tells its user, ends when it is told to, and is refused from then on: by GoTrue and by the app. */
export function signsOut({ students: [{ user }] }: Cast): void {
  const session = newSession(user);
  if (!session) return;
  tellsUser(user, session);
  if (!succeeds(LOGOUT, logout(session), 204)) return;
  refuses(`${USER} after sign-out`, readUser(bearer(session.access_token)), 403, 'session_not_found');
  refuses(`${LOGOUT} after sign-out`, logout(session), 403, 'session_not_found');
  refuses(`${REFRESH} after sign-out`, refresh(session.refresh_token), 400, 'refresh_token_not_found');
  refuses('GET /api/chronos/balance after sign-out', readBalance(headersOf(session)), 401);
}

function tellsUser({ email }: FixtureUser, session: TokenBody): void {
  const answer = readUser(bearer(session.access_token));
  if (answers(USER, answer, { id: 'text' }, { email: 'text', role: 'text', aud: 'text' })) {
    const { id, email: told } = answer.body as TokenBody['user'];
    expects('fatal', `${USER}: id`, id === session.user.id ? 'the own id' : 'another id', 'the own id');
    expects('listed', `${USER}: email`, told === email ? 'the own address' : 'another', 'the own address');
  }
  refuses(`${USER} without a session`, readUser({}), 401, 'no_authorization');
  refuses(`${USER} with a malformed token`, readUser(bearer('malformed')), 403, 'bad_jwt');
}

/**
 * A refresh token is replaced by each use. The one before the active is accepted again (a lost answer is asked for
 * again); an older one is a thief's and ends the family.
 */
export function rotatesTokens({ students: [{ user }] }: Cast): void {
  refuses(`${REFRESH} that nobody has`, refresh(UNKNOWN_TOKEN), 400, 'refresh_token_not_found');
  refuses(`${REFRESH} that is malformed`, refresh('not a token'), 400, 'validation_failed');
  const first = newSession(user);
  const second = first && refreshed(first);
  if (!second) return;
  const again = refresh(first.refresh_token);
  expects('listed', `${REFRESH} just replaced`, again.status, 200);
  const third = refreshed(second);
  if (!third) return;
  const used = 'refresh_token_already_used';
  refuses(`${REFRESH} used long ago`, refresh(first.refresh_token), 400, used);
  refuses(`${REFRESH} of a revoked family`, refresh(third.refresh_token), 400, used);
}

function readUser(identity: Identity): Answer {
  return look(USER, `${config.supabaseUrl}/auth/v1/user`, { ...withKey(), ...identity });
}

/** Only this session: without the scope GoTrue ends all of the user's, those of other virtual users too. */
function logout({ access_token }: TokenBody): Answer {
  const url = `${config.supabaseUrl}/auth/v1/logout?scope=local`;
  return look(LOGOUT, url, { ...withKey(), ...bearer(access_token) });
}

function bearer(accessToken: string): Identity {
  return { Authorization: `Bearer ${accessToken}` };
}
