/**
 * The embedded platform as a child: started on a free port of 127.0.0.1, stopped when its standard input closes, so that
 * it never outlives the run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Settings } from '../../src/wire/settings.ts';

export interface EmbeddedPlatform {
  url: string;
  /** Settles when the process ends, with the words for it. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

export type StartedPlatform = { ok: true; platform: EmbeddedPlatform } | { ok: false; problem: string };

export interface PlatformStart {
  root: string;
  settings: Settings;
  env: NodeJS.ProcessEnv;
  /** The platform's own progress lines. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Longest wait for a clean end before the process is killed, ms. */
const STOP_MS = 10_000;

/** @returns the platform once it says that it is ready */
export async function startPlatform({ root, settings, env, say, signal }: PlatformStart): Promise<StartedPlatform> {
  const child = spawn(process.execPath, [join(root, 'dist/node/platform.mjs'), '--port', '0', '--follow-stdin'], {
    cwd: root,
    env: { ...env, ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal must not end it before k6's last requests are answered.
    detached: true,
  });
  let lastLine = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLine = line;
    say(line);
  });
  const ended = new Promise<string>((done) => {
    child.on('error', (error) => done(error.message));
    child.on('close', (code, killedBy) => {
      const how = killedBy ? `was killed (${killedBy})` : `ended with code ${code}`;
      done(lastLine ? `${how}: ${lastLine}` : how);
    });
  });
  const stop = () => stopChild(child, ended);
  const url = await Promise.race([readyUrl(child), ended.then(() => undefined), aborted(signal)]);
  if (url) return { ok: true, platform: { url, ended, stop } };
  const problem = signal.aborted ? 'interrupted' : `the embedded platform ${await ended}`;
  await stop();
  return { ok: false, problem };
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

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.stdin?.on('error', () => undefined).end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });
}
