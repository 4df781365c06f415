/**
 * Signs the test users in before a run, no faster than the target allows, and keeps their sessions in a file that only
 * its owner can read.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenBody } from '../../src/wire/api.ts';
import type { UserRow } from '../../src/wire/fixtures.ts';
import { quotable } from '../../src/wire/plain-text.ts';
import {
  type PreparedSession,
  readSessions,
  SESSIONS_SCHEMA,
  type SessionsFile,
  type SignInRate,
} from '../../src/wire/sessions.ts';
import { redact, type Settings } from '../../src/wire/settings.ts';
import { inParallel } from './batches.ts';
import { PATIENCE, type Patience, persistentFetch } from './persistent-fetch.ts';
import { clientFor, type Report, refuseHost, supabaseUrl } from './project.ts';
import { Refusal } from './refusal.ts';
import { passwordOf } from './test-users.ts';

export interface PrepareRequest {
  readonly settings: Settings;
  readonly users: readonly UserRow[];
  readonly path: string;
  /** undefined: as fast as the target answers. */
  readonly rate: SignInRate | undefined;
  readonly patience?: Patience;
}

export interface Prepared {
  readonly signedIn: number;
  /** Sessions of an earlier call that are good for a while yet. */
  readonly kept: number;
  /** When the first of them ends, Unix ms. */
  readonly firstEndsMs: number;
}

/** A session is made anew when less than this share of its life is left: more than any run asks for. */
const KEPT_SHARE = 1 / 2;
/** Sign-ins between two writes of the file. */
const SAVE_EVERY = 25;
const WIDTH = 8;

/** @throws Refusal when a user can't be signed in; what was signed in until then is in the file */
export async function prepareSessions(request: PrepareRequest, report: Report): Promise<Prepared> {
  const { settings, users, path, rate, patience = PATIENCE } = request;
  const url = supabaseUrl(settings);
  refuseHost(settings, url, 'signing in');
  const sessions = await earlierSessions(path, url);
  const due = users.filter(({ email }) => !isGood(sessions.get(email)));
  const signIn = signerIn(settings, url, persistentFetch(patience, report.line));
  let done = users.length - due.length;
  report.progress('sessions', done, users.length);
  let saved = Promise.resolve();
  const saveNext = () => {
    saved = saved.then(() => save(path, url, sessions));
    return saved;
  };
  try {
    await inParallel(paced(due, rate), rate ? 1 : WIDTH, async ({ user, pauseMs }) => {
      if (pauseMs() > 0) await sleep(pauseMs());
      sessions.set(user.email, await signIn(user));
      done += 1;
      report.progress('sessions', done, users.length);
      if (done % SAVE_EVERY === 0) await saveNext();
    });
  } finally {
    if (sessions.size > 0) await saveNext();
  }
  const ends = users.map(({ email }) => sessions.get(email)!.expires_at * 1_000);
  return { signedIn: due.length, kept: users.length - due.length, firstEndsMs: Math.min(...ends) };
}

/** What sessions of an earlier call the file holds; none when it is missing or another project's. */
async function earlierSessions(path: string, url: string): Promise<Map<string, TokenBody>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const read = readSessions(text, url);
  return new Map(read.ok ? read.sessions.map(({ email, token }) => [email, token]) : []);
}

function isGood(token: TokenBody | undefined): boolean {
  return token !== undefined && token.expires_at - Date.now() / 1_000 > KEPT_SHARE * token.expires_in;
}

/** Users with the pause that is left until their turn. */
function* paced(
  users: readonly UserRow[],
  rate: SignInRate | undefined,
): Iterable<{ user: UserRow; pauseMs: () => number }> {
  const startedMs = performance.now();
  for (const [index, user] of users.entries()) {
    yield { user, pauseMs: () => startedMs + (rate ? dueMs(index, rate) : 0) - performance.now() };
  }
}

/** When the sign-in with this index (from 0) may be sent, ms after the first: a burst at once, the rest evenly. */
export function dueMs(index: number, { perHour, burst }: SignInRate): number {
  return (Math.max(0, index + 1 - burst) * 3_600_000) / perHour;
}

function signerIn(
  settings: Settings,
  url: string,
  { fetch, lost }: ReturnType<typeof persistentFetch>,
): (user: UserRow) => Promise<TokenBody> {
  const client = clientFor(url, settings.SUPABASE_ANON_KEY, fetch);
  return async ({ email }) => {
    const password = passwordOf(email, settings.LAUNCHGATE_PASSWORD_KEY);
    const { data, error } = await client.auth.signInWithPassword({ email, password });
    if (error) {
      // A server may repeat what it was sent.
      const message = quotable(redact(error.message, settings).replaceAll(password, '[redacted]'));
      throw lost() ?? signInRefusal(email, { message, code: error.code, status: error.status });
    }
    return data.session as unknown as TokenBody;
  };
}

function signInRefusal(
  email: string,
  { message, code, status }: { message: string; code: string | undefined; status: number | undefined },
): Refusal {
  if (code === 'invalid_credentials') {
    return new Refusal(
      'usage',
      `${email} can't sign in: run \`./launchgate data seed\`, or set the LAUNCHGATE_PASSWORD_KEY that it was seeded with.`,
    );
  }
  if (status === 401) return new Refusal('usage', `SUPABASE_ANON_KEY is not accepted (${message}).`);
  if (status === 429) {
    return new Refusal(
      'unreachable',
      `the target allows fewer sign-ins from this address than --per-hour says (${message}); lower it and run the same command again: it goes on where it stopped.`,
    );
  }
  return new Refusal('unreachable', `signing in ${email}: ${message}.`);
}

async function save(path: string, supabaseUrl: string, sessions: ReadonlyMap<string, TokenBody>): Promise<void> {
  const file: SessionsFile = {
    schema: SESSIONS_SCHEMA,
    supabaseUrl,
    sessions: [...sessions].map(([email, token]): PreparedSession => ({ email, token })),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}.unfinished`;
  await writeFile(unfinished, JSON.stringify(file), { mode: 0o600 });
  // The mode above counts for new files only, and less the umask.
  await chmod(unfinished, 0o600);
  await rename(unfinished, path);
}
