/**
 * k6 as a child: in a process group of its own, told to stop by one SIGINT (a second would cost the summary), killed when
 * it has not ended a good while later. It never outlives us.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { quotable } from '../../../src/wire/plain-text.ts';
import { fileErrorText } from '../folder/file-error.ts';
import { leash } from './leash.ts';

export interface K6End {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: string | null;
  /** The last different lines that k6 logged at error level, redacted. */
  errors: string[];
  /** What this machine refused it, in the system's words: a failure that is no fault of the target's. */
  shortOf?: string;
}

export interface K6Process {
  pid: number;
  ended: Promise<K6End>;
  /** Asks for an end, once; asking again changes nothing. */
  stop(): void;
}

export interface K6Start {
  binary: string;
  /** Arguments after `k6 run`, the script last. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Relative paths in the script's outputs begin here. */
  folder: string;
  /** Blots secrets out of what k6 logs. */
  redact: (line: string) => string;
}

/** Iterations get 30 s to end by themselves, then the summary is written: after that k6 hangs. */
const KILL_AFTER_MS = 40_000;
const ERRORS_KEPT = 20;
/**
 * The system's words for sockets and files that it has no more of: with them ends the error of each request that fails by
 * it. Anywhere else they are quoted, and the target's own.
 */
const OWN_LIMITS = /: (too many open files(?: in system)?|cannot assign requested address|no buffer space available)$/;

export function startK6({ binary, args, env, folder, redact }: K6Start): K6Process {
  const child = spawn(
    binary,
    ['run', '--quiet', '--no-color', '--no-usage-report', '--log-format', 'json', '--address', '', ...args],
    { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const errors = new Set<string>();
  let shortOf: string | undefined;
  // Where no more files may be opened nothing starts, and says nothing.
  const logged = child.pid === undefined ? Readable.from([]) : child.stderr;
  createInterface({ input: logged }).on('line', (line) => {
    const entry = entryOf(line);
    shortOf ??= OWN_LIMITS.exec(entry.error ?? '')?.[1];
    const error = errorIn(entry);
    if (error === '') return;
    const text = quotable(redact(error));
    errors.delete(text);
    errors.add(text);
    if (errors.size > ERRORS_KEPT) errors.delete(errors.values().next().value!);
  });

  const killGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // Already gone.
    }
  };
  const killNow = () => killGroup('SIGKILL');
  process.on('exit', killNow);
  const letGo = leash(child.pid, 'INT', KILL_AFTER_MS);
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  const ended = new Promise<K6End>((done) => {
    const end = (exitCode: number | null, signal: string | null) => {
      over = true;
      letGo();
      process.off('exit', killNow);
      clearTimeout(timer);
      done({ exitCode, signal, errors: [...errors], ...(shortOf === undefined ? {} : { shortOf }) });
    };
    child.on('close', end);
    child.on('error', (error) => {
      errors.add(`k6 can't be started: ${fileErrorText(error)}`);
      end(1, null);
    });
  });

  return {
    pid: child.pid ?? -1,
    ended,
    stop() {
      if (timer || over) return;
      killGroup('SIGINT');
      timer = setTimeout(killNow, KILL_AFTER_MS);
    },
  };
}

interface LogEntry {
  level?: string;
  msg?: string;
  error?: string;
}

/** A line that is no log line is a panic's. */
function entryOf(line: string): LogEntry {
  try {
    return (JSON.parse(line) as LogEntry | null) ?? {};
  } catch {
    return { level: 'panic', msg: line.trim() };
  }
}

/** The message of an entry of level error or worse; '' where there is none. */
function errorIn({ level = '', msg, error }: LogEntry): string {
  return ['error', 'fatal', 'panic'].includes(level) ? [msg, error].filter(Boolean).join(': ') : '';
}
