/** The prepared sessions of SESSIONS_FILE: read once a process, handed on with the users that they belong to. */
import type { TokenBody } from '../../wire/api.ts';
import { type PreparedSession, readSessions, sessionsProblem, unreadableSessions } from '../../wire/sessions.ts';
import { config, settings } from './settings.ts';

/** Sessions by address; none where SESSIONS_FILE is not set. @throws a text when the file can't be used */
export function preparedSessions(): Readonly<Record<string, TokenBody>> {
  return Object.fromEntries(readFile().map(({ email, token }) => [email, token]));
}

/** @throws a text when the file lacks a session of these users, or one that lasts as long as the run needs it */
export function requireSessions(emails: readonly string[], runSeconds: number): void {
  if (settings.SESSIONS_FILE === '') return;
  const problem = sessionsProblem(readFile(), emails, runSeconds, Date.now() / 1000);
  if (problem) throw problem;
}

function readFile(): readonly PreparedSession[] {
  const file = settings.SESSIONS_FILE;
  if (file === '') return [];
  let text: string;
  try {
    // A relative path is meant from the project's folder; k6 would take it from the bundle's, dist/.
    text = open(file.startsWith('/') ? file : `../${file}`);
  } catch {
    throw unreadableSessions(file);
  }
  const read = readSessions(text, config.supabaseUrl);
  if (!read.ok) throw read.problem;
  return read.sessions;
}
