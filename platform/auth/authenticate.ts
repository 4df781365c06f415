/** Who asks an app route: the session cookie as @supabase/ssr writes it, or a Bearer header. */
import { encodedPart, sessionCookieName, sessionCookieValue } from '../../src/wire/session-cookie.ts';
import type { Call } from '../call.ts';
import { sql } from '../db/database.ts';
import { notSignedIn } from '../errors.ts';
import { sleepMs } from '../sleep.ts';
import type { Session, User } from './accounts.ts';

/** @throws Refusal 401 without a session that is still there */
export async function authenticate(call: Call): Promise<User> {
  const token = bearerToken(call.request) ?? cookieToken(call.request);
  if (!token) throw notSignedIn();
  const start = performance.now();
  const session = call.platform.accounts.sessionOf(token);
  call.timing.add('auth', performance.now() - start);
  if (!session || !(await confirmed(call, session))) throw notSignedIn('Session is invalid or has expired');
  return session.user;
}

/** Weak point 6: the token's word is taken for it, or GoTrue and its tables are asked on every request. */
async function confirmed(call: Call, session: Session): Promise<boolean> {
  const { switches } = call.platform;
  if (switches.sessionLookup === 'jwt') return true;
  await call.timing.during('auth', sleepMs(switches.sessionLookupMs));
  const rows = await call.rows(
    sql`select u.id from auth.sessions s join auth.users u on u.id = s.user_id where s.id = ${session.id}`,
    'auth',
  );
  return rows.length > 0;
}

function bearerToken(request: Request): string | undefined {
  const header = request.headers.get('authorization');
  return header?.toLowerCase().startsWith('bearer ') ? header.slice('bearer '.length) : undefined;
}

function cookieToken(request: Request): string | undefined {
  const header = request.headers.get('cookie');
  if (!header) return undefined;
  const name = sessionCookieName(new URL(request.url).hostname);
  const value = sessionCookieValue(name, parseCookies(header));
  if (value === undefined) return undefined;
  const encoded = encodedPart(value);
  const json = encoded === undefined ? value : Buffer.from(encoded, 'base64url').toString();
  try {
    const session = JSON.parse(json) as { access_token?: unknown } | null;
    return typeof session?.access_token === 'string' ? session.access_token : undefined;
  } catch {
    return undefined;
  }
}

function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) cookies[pair.slice(0, at).trim()] = decoded(pair.slice(at + 1).trim());
  }
  return cookies;
}

/** Plain JSON arrives percent-encoded; what isn't stays as it is. */
function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
