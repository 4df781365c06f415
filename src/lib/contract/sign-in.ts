/**
 * Signing in at Supabase Auth, as every test does.
 */
import type { TokenBody } from '../../wire/api.ts';
import { config } from '../config.ts';
import { videoIdsOf } from '../fixtures.ts';
import type { FixtureUser } from '../once/fixture-rows.ts';
import { headersOf } from '../session.ts';
import type { Answer } from './answer.ts';
import { answers, expects, refuses } from './findings.ts';
import { type Identity, look } from './probe.ts';
import type { Shape } from './shape.ts';

/** A signed-in user of the contract test. */
export interface Visitor {
  readonly user: FixtureUser;
  readonly videoIds: readonly string[];
  readonly identity: Identity;
}

const USED: Shape = { access_token: 'text', refresh_token: 'text', expires_at: 'count', user: { id: 'text' } };
const DOCUMENTED: Shape = { token_type: '=bearer', expires_in: 'count', user: { email: 'text', role: 'text' } };

const withKey = { apikey: config.anonKey };

/** Signs in by password and refreshes the session once; undefined when the platform doesn't let the user in. */
export function signIn(user: FixtureUser): Visitor | undefined {
  const what = 'POST /auth/v1/token password';
  const answer = byPassword(user.email, user.password);
  if (!answers(what, answer, USED, DOCUMENTED)) return undefined;
  const session = answer.body as TokenBody;
  return { user, videoIds: videoIdsOf(user.creator_id), identity: headersOf(refreshed(session) ?? session) };
}

/** What GoTrue refuses. */
export function refusedSignIns(user: FixtureUser): void {
  const what = 'POST /auth/v1/token password with a wrong password';
  refuses(what, byPassword(user.email, 'not-the-password'), 400);
}

function refreshed(session: TokenBody): TokenBody | undefined {
  const what = 'POST /auth/v1/token refresh_token';
  const url = `${config.supabaseUrl}/auth/v1/token?grant_type=refresh_token`;
  const answer = look(what, url, withKey, { refresh_token: session.refresh_token });
  if (!answers(what, answer, USED, DOCUMENTED)) return undefined;
  const renewed = answer.body as TokenBody;
  const kept = renewed.refresh_token === session.refresh_token;
  expects('listed', `${what}: refresh_token`, kept ? 'the same token' : 'a new token', 'a new token');
  return renewed;
}

function byPassword(email: string, password: string): Answer {
  const url = `${config.supabaseUrl}/auth/v1/token?grant_type=password`;
  return look('POST /auth/v1/token password', url, withKey, { email, password });
}
