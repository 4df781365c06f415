/**
 * Signing in at Supabase Auth, as every test does.
 */
import type { TokenBody } from '../../../wire/api.ts';
import type { Answer } from '../../contract/answer.ts';
import { answers, expects, refuses } from '../../contract/findings.ts';
import { type Identity, look } from '../../contract/probe.ts';
import type { Shape } from '../../contract/shape.ts';
import type { FixtureUser } from '../../once/fixture-rows.ts';
import { config } from '../../run.ts';
import { headersOf } from '../identity.ts';

/** A signed-in user of the contract test. */
export interface Visitor {
  readonly user: FixtureUser;
  readonly videoIds: readonly string[];
  readonly identity: Identity;
}

const USED: Shape = { access_token: 'text', refresh_token: 'text', expires_at: 'count', user: { id: 'text' } };
const DOCUMENTED: Shape = { token_type: '=bearer', expires_in: 'count', user: { email: 'text', role: 'text' } };

/** What Supabase asks of every call. */
export const withKey = () => ({ apikey: config.anonKey });

/** Signs in by password and refreshes the session once; undefined when the platform doesn't let the user in. */
export function signIn(user: FixtureUser): Visitor | undefined {
  const session = newSession(user);
  if (!session) return undefined;
  return {
    user,
    videoIds: user.videos.split(' ').filter((id) => id !== ''),
    identity: headersOf(refreshed(session) ?? session),
  };
}

/** A session of its own, which may be ended; undefined when the platform doesn't let the user in. */
export function newSession(user: FixtureUser): TokenBody | undefined {
  const answer = byPassword(user.email, user.password);
  return answers('POST /auth/v1/token password', answer, USED, DOCUMENTED) ? (answer.body as TokenBody) : undefined;
}

/** What GoTrue refuses. */
export function refusedSignIns(user: FixtureUser): void {
  const what = 'POST /auth/v1/token password with a wrong password';
  refuses(what, byPassword(user.email, 'not-the-password'), 400, 'invalid_credentials');
}

/** Trades a refresh token for a new one. */
export function refresh(refreshToken: string): Answer {
  const url = `${config.supabaseUrl}/auth/v1/token?grant_type=refresh_token`;
  return look('POST /auth/v1/token refresh_token', url, withKey(), { refresh_token: refreshToken });
}

/** The session after a refresh; undefined when there is none, which is a finding. */
export function refreshed(session: TokenBody): TokenBody | undefined {
  const what = 'POST /auth/v1/token refresh_token';
  const answer = refresh(session.refresh_token);
  if (!answers(what, answer, USED, DOCUMENTED)) return undefined;
  const renewed = answer.body as TokenBody;
  const kept = renewed.refresh_token === session.refresh_token;
  expects('listed', `${what}: refresh_token`, kept ? 'the same token' : 'a new token', 'a new token');
  return renewed;
}

function byPassword(email: string, password: string): Answer {
  const url = `${config.supabaseUrl}/auth/v1/token?grant_type=password`;
  return look('POST /auth/v1/token password', url, withKey(), { email, password });
}
