/**
 * The embedded platform as a child: started on a free port of 127.0.0.1, stopped when its standard input closes, so that
 * it never outlives the run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { redact, type SettingName, type Settings } from '../../../src/wire/settings.ts';
import { withoutSecrets } from '../child-environment.ts';
import { fileErrorText } from '../folder/file-error.ts';

export interface EmbeddedPlatform {
  url: string;
  /** Settles when the process ends, with the words for it: `ended with code 7`. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

export type StartedPlatform =
  | { ok: true; platform: EmbeddedPlatform }
  /** @property why usage when the platform has said itself that it was asked for something it can't do */
  | { ok: false; why: 'usage' | 'ours' | 'interrupted'; problems: string[] };

export interface PlatformStart {
  root: string;
  settings: Settings;
  env: NodeJS.ProcessEnv;
  /** Takes the lines that the platform addresses to people. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** The platform's exit code for a wrong switch, a taken port and the like. */
const REFUSED = 2;
/** Longest wait for a clean end before the process is killed, ms. */
const STOP_MS = 10_000;

/** Secrets of the person's own platform, which the embedded one has no use for. */
const NOT_FOR_PLATFORM: readonly SettingName[] = [
  'EXTRA_HEADERS',
  'DATABASE_URL',
  'METRICS_AUTHORIZATION',
  'EXPORTERS',
  'REDIS_URL',
  'UPSTASH_ACCOUNT',
];

/** The environment of the embedded platform. */
export function platformEnvironment(env: NodeJS.ProcessEnv, settings: Settings): NodeJS.ProcessEnv {
  const none = Object.fromEntries(NOT_FOR_PLATFORM.map((name) => [name, undefined]));
  return { ...withoutSecrets(env), ...settings, ...none };
}

/** @returns the platform once it says that it is ready */
export async function startPlatform({ root, settings, env, say, signal }: PlatformStart): Promise<StartedPlatform> {
  const child = spawn(process.execPath, [join(root, 'dist/node/platform.mjs'), '--port', '0', '--follow-stdin'], {
    cwd: root,
    env: platformEnvironment(env, settings),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal must not end it before k6's last requests are answered.
    detached: true,
  });
  const closed = new Promise<{ code: number | null; how: string }>((done) => {
    child.on('error', (error) => done({ code: null, how: `can't be started: ${fileErrorText(error)}` }));
    child.on('close', (code, killedBy) =>
      done({ code, how: killedBy ? `was killed (${killedBy})` : `ended with code ${code}` }),
    );
  });
  if (child.pid === undefined)
    return { ok: false, why: 'ours', problems: [`the embedded platform ${(await closed).how}.`] };
  let lastWords = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    // What is not addressed to people is a stack trace: of that, the error's own line is explanation enough.
    if (line.startsWith('platform: ')) say(line);
    if (!/^\s|^$|^Node\.js v/.test(line)) lastWords = redact(line, settings);
  });
  const url = await Promise.race([readyUrl(child), closed.then(() => undefined), aborted(signal)]);
  if (url) {
    return { ok: true, platform: { url, ended: closed.then(({ how }) => how), stop: () => stopChild(child, closed) } };
  }
  if (signal.aborted) {
    await stopChild(child, closed);
    return { ok: false, why: 'interrupted', problems: [] };
  }
  const { code, how } = await closed;
  if (code === REFUSED) return { ok: false, why: 'usage', problems: [] };
  return { ok: false, why: 'ours', problems: [`the embedded platform ${how}: ${lastWords || 'it said nothing'}`] };
}

/** The url of the one JSON line `{"ready":true,"url":…}`. */
function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      try {
        const { ready, url } = JSON.parse(line) as { ready?: boolean; url?: string };
        if (ready && url) done(url);
      } catch {
        // Not ours: a library that prints to stdout.
      }
    });
  });
}

async function stopChild(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.stdin?.on('error', () => undefined).end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });
}
