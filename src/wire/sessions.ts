/**
 * The file of prepared sessions (SESSIONS_FILE): users signed in beforehand, where the target allows fewer sign-ins than a
 * test needs at its start. It holds tokens: mode 0600, never inside results/, never committed.
 */
import type { TokenBody } from './api.ts';

export const SESSIONS_SCHEMA = 1;

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

export type ReadSessions =
  | { readonly ok: true; readonly sessions: readonly PreparedSession[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a sessions file for a Supabase.
 * @param supabaseUrl the one that the run signs in at, without a trailing slash
 * @returns the sessions, ended ones included, or one line with the remedy
 */
export function readSessions(text: string, supabaseUrl: string): ReadSessions {
  const remedy = 'run `./launchgate sessions prepare`';
  let file: Partial<SessionsFile>;
  try {
    file = JSON.parse(text) as Partial<SessionsFile>;
  } catch {
    return { ok: false, problem: `SESSIONS_FILE is not JSON; ${remedy}.` };
  }
  if (file?.schema !== SESSIONS_SCHEMA || !Array.isArray(file.sessions)) {
    return { ok: false, problem: `SESSIONS_FILE is no sessions file of this launchgate; ${remedy}.` };
  }
  if (file.supabaseUrl !== supabaseUrl) {
    return {
      ok: false,
      problem: `SESSIONS_FILE holds sessions of ${file.supabaseUrl}, not of ${supabaseUrl}; ${remedy}.`,
    };
  }
  return { ok: true, sessions: file.sessions };
}
