/** GoTrue: what supabase-js and a load test ask of Supabase Auth. */
import { randomUUID } from 'node:crypto';
import { AuthError, type Grant, grantBody, type Session, type User, userBody } from '../auth/accounts.ts';
import type { Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import { isUuid } from '../input.ts';
import type { Platform } from '../platform.ts';
import type { Endpoint } from '../route.ts';
import { isServiceRole, keyProblem } from './keys.ts';

export function authRoutes(platform: Platform): Endpoint[] {
  const { accounts, database } = platform;

  async function token(request: Request): Promise<Reply> {
    const body = await jsonOf(request);
    const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '');
    switch (grantType(request)) {
      case 'password':
        return granted(await firstGrant(text('email'), text('password')));
      case 'refresh_token':
        return granted(accounts.refresh(text('refresh_token')));
      default:
        throw new AuthError(400, 'unsupported_grant_type', 'unsupported_grant_type');
    }
  }

  async function firstGrant(email: string, password: string): Promise<Grant> {
    if (email === '') throw new AuthError(400, 'validation_failed', 'missing email or phone');
    const grant = await accounts.signIn(email, password);
    const { id, user } = grant.session;
    await database.run([sql`insert into auth.sessions (id, user_id) values (${id}, ${user.id})`]);
    return grant;
  }

  /** @throws AuthError when the request has no good session */
  function sessionOf(request: Request): Session {
    const header = request.headers.get('authorization');
    if (!header?.toLowerCase().startsWith('bearer ')) {
      throw new AuthError(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
    }
    const accessToken = header.slice('bearer '.length);
    if (!accounts.claimsOf(accessToken)) {
      throw new AuthError(403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
    }
    const session = accounts.sessionOf(accessToken);
    if (!session) {
      throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    }
    return session;
  }

  async function logout(request: Request): Promise<Reply> {
    const session = sessionOf(request);
    accounts.signOut(session);
    await database.run([sql`delete from auth.sessions where id = ${session.id}`]);
    return { status: 204 };
  }

  async function createUser(request: Request): Promise<Reply> {
    const { id, email, password, user_metadata } = await jsonOf(request);
    if (typeof email !== 'string' || !email.includes('@')) {
      throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format');
    }
    const metadata = typeof user_metadata === 'object' && user_metadata !== null ? user_metadata : {};
    if (id !== undefined && !(typeof id === 'string' && isUuid(id))) {
      throw new AuthError(400, 'validation_failed', 'ID must conform to the uuid v4 format');
    }
    const secret = typeof password === 'string' ? password : randomUUID();
    const user = accounts.add({ id, email, password: secret, metadata });
    await database.run([sql`insert into auth.users (id, email) values (${user.id}, ${user.email})`]);
    return { status: 200, body: userBody(user) };
  }

  /** Pages as GoTrue gives them, with the total in a header. */
  function listUsers(request: Request): Reply {
    const { searchParams } = new URL(request.url);
    const page = Math.max(1, Number(searchParams.get('page')) || 1);
    const perPage = Math.max(1, Number(searchParams.get('per_page')) || 50);
    const users = accounts.all();
    const last = Math.max(1, Math.ceil(users.length / perPage));
    const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
    const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [link(last, 'last')];
    return {
      status: 200,
      body: { users: users.slice((page - 1) * perPage, page * perPage).map(userBody), aud: 'authenticated' },
      headers: { 'X-Total-Count': String(users.length), Link: links.join(', ') },
    };
  }

  /** @throws AuthError 404 */
  function userOf(id = ''): User {
    const user = accounts.byId(id);
    if (!user) throw new AuthError(404, 'user_not_found', 'User not found');
    return user;
  }

  async function deleteUser(id = ''): Promise<Reply> {
    accounts.remove(userOf(id));
    await database.run([sql`delete from auth.users where id = ${id}`]);
    return { status: 200, body: {} };
  }

  /** @throws AuthError 403 */
  function requireServiceRole(request: Request): void {
    if (!isServiceRole(platform, request)) throw new AuthError(403, 'not_admin', 'User not allowed');
  }

  const route = (
    method: Endpoint['method'],
    path: string,
    name: Endpoint['name'],
    handle: Endpoint['handle'],
  ): Endpoint => ({
    method,
    path: `/auth/v1${path}`,
    name,
    handle: (request, params, incoming) =>
      keyProblem(platform, request) ?? answered(() => handle(request, params, incoming)),
  });

  const adminRoute = (method: Endpoint['method'], path: string, handle: Endpoint['handle']) =>
    route(method, `/admin/users${path}`, `${method} /auth/v1/admin/users${path}`, (request, params, incoming) => {
      requireServiceRole(request);
      return handle(request, params, incoming);
    });

  return [
    route('POST', '/token', tokenRouteName, token),
    route('GET', '/user', 'GET /auth/v1/user', (request) => ({
      status: 200,
      body: userBody(sessionOf(request).user),
    })),
    route('POST', '/logout', 'POST /auth/v1/logout', logout),
    adminRoute('POST', '', createUser),
    adminRoute('GET', '', listUsers),
    adminRoute('GET', '/:id', (_request, { id }) => ({ status: 200, body: userBody(userOf(id)) })),
    adminRoute('DELETE', '/:id', (_request, { id }) => deleteUser(id)),
  ];
}

async function answered(handle: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return { status: error.status, body: { code: error.status, error_code: error.code, msg: error.message } };
  }
}

async function jsonOf(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** Grants that don't exist share a name: no request may make a series of its own. */
function tokenRouteName(request: Request): string {
  const grant = grantType(request);
  return `POST /auth/v1/token ${grant === 'password' || grant === 'refresh_token' ? grant : 'other'}`;
}

function granted(grant: Grant): Reply {
  return { status: 200, body: grantBody(grant) };
}

function grantType(request: Request): string {
  return new URL(request.url).searchParams.get('grant_type') ?? '';
}
