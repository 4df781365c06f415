/** GoTrue: what supabase-js and a load test ask of Supabase Auth. */
import { AuthError, type Grant, grantBody, type Session, userBody } from '../auth/accounts.ts';
import type { Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import type { Platform } from '../platform.ts';
import type { Endpoint } from '../route.ts';

export function authRoutes(platform: Platform): Endpoint[] {
  const { accounts, database } = platform;

  async function token(request: Request): Promise<Reply> {
    const body = (await request.json().catch(() => ({}))) as Record<string, unknown>;
    const text = (name: string) => (typeof body?.[name] === 'string' ? (body[name] as string) : '');
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

  const route = (method: Endpoint['method'], path: string, name: Endpoint['name'], handle: Endpoint['handle']) => ({
    method,
    path: `/auth/v1${path}`,
    name,
    handle: (request: Request, params: Record<string, string>) =>
      keyProblem(platform, request) ?? answered(() => handle(request, params)),
  });

  return [
    route('POST', '/token', (request) => `POST /auth/v1/token ${grantType(request)}`, token),
    route('GET', '/user', 'GET /auth/v1/user', (request) => ({
      status: 200,
      body: userBody(sessionOf(request).user),
    })),
    route('POST', '/logout', 'POST /auth/v1/logout', logout),
  ];
}

/** Supabase's gateway lets nothing through without one of the project's keys. */
export function keyProblem({ options }: Platform, request: Request): Reply | undefined {
  const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey');
  if (key === options.anonKey || key === options.serviceKey) return undefined;
  const message = key ? 'Invalid API key' : 'No API key found in request';
  return { status: 401, body: { message, hint: 'Double check your Supabase `anon` or `service_role` API key.' } };
}

async function answered(handle: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return { status: error.status, body: { code: error.status, error_code: error.code, msg: error.message } };
  }
}

function granted(grant: Grant): Reply {
  return { status: 200, body: grantBody(grant) };
}

function grantType(request: Request): string {
  return new URL(request.url).searchParams.get('grant_type') ?? '';
}
