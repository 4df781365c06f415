/**
 * The file of prepared sessions (SESSIONS_FILE): users signed in beforehand, where the target allows fewer sign-ins than a
 * test needs at its start. It holds tokens: mode 0600, never inside results/, never committed.
 */
import type { TokenBody } from './api.ts';
import { isLoopback, parseTarget } from './guard.ts';
import type { Settings } from './settings.ts';

export const SESSIONS_SCHEMA = 1;

/** Seconds before its end at which a run renews a session. */
export const RENEW_SECONDS = 60;

/** How many sign-ins the target allows from one address. */
export interface SignInRate {
  readonly perHour: number;
  /** So many at once, before the rate holds. */
  readonly burst: number;
}

/** What hosted Supabase allows unless the project raised it. */
const HOSTED: SignInRate = { perHour: 1_800, burst: 30 };

export interface PreparedSession {
  readonly email: string;
  readonly token: TokenBody;
}

export interface SessionsFile {
  readonly schema: typeof SESSIONS_SCHEMA;
  /** Whose sessions these are; without a trailing slash. */
  readonly supabaseUrl: string;
  readonly sessions: readonly PreparedSession[];
}

const REMEDY = 'run `./launchgate sessions prepare`';

export type ReadSessions =
  | { readonly ok: true; readonly sessions: readonly PreparedSession[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a sessions file for a Supabase.
 * @param supabaseUrl the one that the run signs in at, without a trailing slash
 * @returns the sessions, ended ones included, or one line with the remedy
 */
export function readSessions(text: string, supabaseUrl: string): ReadSessions {
  let file: Partial<SessionsFile>;
  try {
    file = JSON.parse(text) as Partial<SessionsFile>;
  } catch {
    return { ok: false, problem: `SESSIONS_FILE is not JSON; ${REMEDY}.` };
  }
  if (file?.schema !== SESSIONS_SCHEMA || !Array.isArray(file.sessions) || !file.sessions.every(isSession)) {
    return { ok: false, problem: `SESSIONS_FILE is no sessions file of this launchgate; ${REMEDY}.` };
  }
  if (file.supabaseUrl !== supabaseUrl) {
    return {
      ok: false,
      problem: `SESSIONS_FILE holds sessions of ${file.supabaseUrl}, not of ${supabaseUrl}; ${REMEDY}.`,
    };
  }
  return { ok: true, sessions: file.sessions };
}

/** As far as a session is read before a run and in it. */
function isSession(entry: unknown): entry is PreparedSession {
  const { email, token } = (entry ?? {}) as Partial<PreparedSession>;
  const { access_token, refresh_token, expires_at, expires_in } = (token ?? {}) as Partial<TokenBody>;
  return (
    [email, access_token, refresh_token].every((text) => typeof text === 'string' && text !== '') &&
    [expires_at, expires_in].every((seconds) => Number.isFinite(seconds))
  );
}

/** @param file SESSIONS_FILE, which is not there or can't be opened */
export function unreadableSessions(file: string): string {
  return `SESSIONS_FILE: ${file} can't be read; ${REMEDY}.`;
}

/** What the target allows: SIGN_INS_PER_HOUR, else 1,800 as hosted Supabase does; undefined (no limit) on loopback. */
export function signInRate(settings: Settings): SignInRate | undefined {
  if (settings.SIGN_INS_PER_HOUR !== '') return { ...HOSTED, perHour: Number(settings.SIGN_INS_PER_HOUR) };
  const parsed = parseTarget(settings.SUPABASE_URL || settings.BASE_URL);
  return parsed.ok && isLoopback(parsed.origin.host) ? undefined : HOSTED;
}

/**
 * Whether a run may begin with these sessions. Each must outlast it, so that none is renewed: a refresh token is replaced
 * when it is used, and the one in the file would be worth nothing. A run that takes longer than a third of a session's
 * life renews them itself, shortly before their end; by then the file's are too old for any other run.
 * @param emails users that the run signs in
 * @param runSeconds from its first ramp to its end
 * @param now Unix seconds
 * @returns one line with the remedy, or undefined
 */
export function sessionsProblem(
  sessions: readonly PreparedSession[],
  emails: readonly string[],
  runSeconds: number,
  now: number,
): string | undefined {
  const tokens = new Map(sessions.map(({ email, token }) => [email, token]));
  const missing = emails.filter((email) => !tokens.has(email));
  if (missing.length > 0) {
    return `SESSIONS_FILE has no session of ${missing.length} of the ${emails.length} users that this run signs in (${missing[0]}); ${REMEDY}.`;
  }
  const short = emails.filter((email) => !lasts(tokens.get(email)!, runSeconds, now));
  if (short.length === 0) return undefined;
  const ends = Math.min(...short.map((email) => tokens.get(email)!.expires_at));
  const when = ends <= now ? 'have ended' : `end in ${Math.floor((ends - now) / 60)} min, before this run does`;
  return `SESSIONS_FILE is too old: ${short.length} of its ${emails.length} sessions ${when}; ${REMEDY} again.`;
}

function lasts({ expires_at, expires_in }: TokenBody, runSeconds: number, now: number): boolean {
  return expires_at - now >= Math.min(runSeconds + RENEW_SECONDS, expires_in / 3);
}
