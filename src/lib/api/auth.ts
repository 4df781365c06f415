/**
 * Supabase Auth (GoTrue): one function a route, and one for each refusal that is right. Every call carries the anon key.
 */
import type { AuthErrorBody, TokenBody } from '../../wire/api.ts';
import { OK, type Result, type Route, send } from '../http.ts';
import { config } from '../run.ts';

const PASSWORD_GRANT: Route = { name: 'POST /auth/v1/token password', method: 'POST', statuses: OK };
const REFRESH_GRANT: Route = { name: 'POST /auth/v1/token refresh_token', method: 'POST', statuses: OK };
const REFRESH_REFUSED: Route = { name: 'POST /auth/v1/token refresh_token', method: 'POST', statuses: [400] };
const USER: Route = { name: 'GET /auth/v1/user', method: 'GET', statuses: OK };
const USER_REFUSED: Route = { name: 'GET /auth/v1/user', method: 'GET', statuses: [403] };
const LOGOUT: Route = { name: 'POST /auth/v1/logout', method: 'POST', statuses: [204] };

/** Signs in with address and password. */
export function signIn(email: string, password: string): Result<TokenBody> {
  return token(PASSWORD_GRANT, 'password', { email, password }, asToken);
}

/** Trades a refresh token for a new session; the token is replaced. */
export function refresh(refreshToken: string): Result<TokenBody> {
  return token(REFRESH_GRANT, 'refresh_token', { refresh_token: refreshToken }, asToken);
}

/** Tries a refresh token that must be refused: used long ago, or of a family that was revoked. */
export function refreshRefused(refreshToken: string): Result<true> {
  return token(REFRESH_REFUSED, 'refresh_token', { refresh_token: refreshToken }, (body) =>
    (body as AuthErrorBody).error_code.startsWith('refresh_token_') ? true : undefined,
  );
}

/** Asks who the session's user is. */
export function readUser({ access_token, user }: TokenBody): Result<true> {
  return send(USER, `${config.supabaseUrl}/auth/v1/user`, undefined, bearer(access_token), (body) =>
    (body as TokenBody['user']).id === user.id ? true : undefined,
  );
}

/** Asks for the user of a session that was ended, which must be refused. */
export function readUserRefused(accessToken: string): Result<true> {
  return send(USER_REFUSED, `${config.supabaseUrl}/auth/v1/user`, undefined, bearer(accessToken), (body) =>
    (body as AuthErrorBody).error_code === 'session_not_found' ? true : undefined,
  );
}

/** Ends this session alone: without the scope GoTrue ends all of the user's, those of other virtual users too. */
export function signOut(accessToken: string): Result<true> {
  return send(LOGOUT, `${config.supabaseUrl}/auth/v1/logout?scope=local`, undefined, bearer(accessToken), () => true);
}

function bearer(accessToken: string): Record<string, string> {
  return { apikey: config.anonKey, Authorization: `Bearer ${accessToken}` };
}

function token<T>(grant: Route, type: string, body: object, read: (body: unknown) => T | undefined): Result<T> {
  return send(grant, `${config.supabaseUrl}/auth/v1/token?grant_type=${type}`, body, { apikey: config.anonKey }, read);
}

function asToken(body: unknown): TokenBody | undefined {
  const session = body as TokenBody;
  const complete = session.access_token && session.refresh_token && session.expires_at > 0 && session.user.id;
  return complete ? session : undefined;
}
