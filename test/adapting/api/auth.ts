/** A sign-in of its own: a token for an hour, which nothing renews and nothing ends. */
import type { TokenBody } from '../../wire/api.ts';
import { type Result, type Route, send } from '../http.ts';
import { config } from '../run.ts';

const SIGN_IN: Route = { name: 'POST /auth/v1/token password', method: 'POST', statuses: [201] };

interface LoginBody {
  jwt: string;
  validForSeconds: number;
  who: string;
}

/** Signs in with address and password. */
export function signIn(email: string, password: string): Result<TokenBody> {
  return send(SIGN_IN, `${config.appUrl}/v2/login`, { user: email, pass: password }, undefined, (body) => {
    const { jwt, validForSeconds, who } = body as LoginBody;
    if (!jwt || !who) return undefined;
    return {
      access_token: jwt,
      token_type: 'bearer',
      expires_in: validForSeconds,
      expires_at: Date.now() / 1000 + validForSeconds,
      refresh_token: '',
      user: { id: who, email, role: '' },
    };
  });
}

/** Nothing is sent: who needs a new session signs in again. */
export function refresh(_refreshToken: string): Result<TokenBody> {
  return { ok: false, failure: 'client-error', status: 0 };
}

export function signOut(_accessToken: string): Result<true> {
  return { ok: true, value: true, status: 0 };
}

/** What the auth test asks: a platform without these routes can't run it. */
export const refreshRefused: (refreshToken: string) => Result<true> = absent;
export const readUser: (token: TokenBody) => Result<true> = absent;
export const readUserRefused: (accessToken: string) => Result<true> = absent;

function absent(): never {
  throw 'this platform has no such route';
}
