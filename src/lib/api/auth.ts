/**
 * Supabase Auth (GoTrue): one function a route. Every call carries the anon key.
 */
import type { TokenBody } from '../../wire/api.ts';
import { config } from '../config.ts';
import { type Result, route, send } from '../http.ts';

const PASSWORD_GRANT = route('POST /auth/v1/token password', 200);
const REFRESH_GRANT = route('POST /auth/v1/token refresh_token', 200);

const withKey = { apikey: config.anonKey };

/** Signs in with address and password. */
export function signIn(email: string, password: string): Result<TokenBody> {
  return token(PASSWORD_GRANT, 'password', { email, password });
}

/** Trades a refresh token for a new session; the token is replaced. */
export function refresh(refreshToken: string): Result<TokenBody> {
  return token(REFRESH_GRANT, 'refresh_token', { refresh_token: refreshToken });
}

function token(grant: typeof PASSWORD_GRANT, type: string, body: object): Result<TokenBody> {
  return send(grant, `${config.supabaseUrl}/auth/v1/token?grant_type=${type}`, body, withKey, asToken);
}

function asToken(body: unknown): TokenBody | undefined {
  const session = body as TokenBody;
  const complete = session.access_token && session.refresh_token && session.expires_at > 0 && session.user.id;
  return complete ? session : undefined;
}
