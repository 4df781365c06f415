/** A copy of the project in which launchgate is attacked: it starts commands, waits for the moment, and sees what is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../../src/wire/run-files.ts';

export interface Ended {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** It was over before it could be hit: then nothing is shown. */
  missed?: boolean;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves once it has said so. @throws Error when it ends first */
  says(text: string): Promise<void>;
}

interface How {
  env?: Record<string, string>;
  /** What starts it, e.g. `sh -c … sh`. */
  before?: readonly string[];
  detached?: boolean;
}

/** Handed down to everything that a command starts, however it was started. */
const MARK = 'LAUNCHGATE_HOME_CASE';
/** What ends by itself gets so long for it: a leash gives k6 a while to write. */
const END_MS = 15_000;
/** A moment that did not come by then never comes; a run of a case takes a fraction of it. */
const COMES_MS = 180_000;

export class Home {
  readonly root: string;
  /** A platform that stands through all cases, where there is one; else a run starts its own. */
  platform = '';
  readonly #env: Record<string, string>;
  #mark = '';

  /** @param env without anything of the person's own */
  constructor(root: string, env: Record<string, string>) {
    this.root = root;
    this.#env = env;
  }

  /** From here on, what is started belongs to a new case. */
  begin(): void {
    this.#mark = randomUUID();
  }

  launch(args: readonly string[], how: How = {}): Started {
    return this.start(process.execPath, [join(this.root, 'dist/node/launchgate.mjs'), ...args], how);
  }

  start(command: string, args: readonly string[], { env = {}, before = [], detached = false }: How = {}): Started {
    const [first, ...rest] = [...before, command, ...args];
    const child = spawn(first!, rest, {
      ...{ cwd: this.root, detached, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...this.#env, [MARK]: this.#mark, ...env },
    });
    const said = { stdout: '', stderr: '' };
    child.stdout!.on('data', (text) => (said.stdout += text));
    child.stderr!.on('data', (text) => (said.stderr += text));
    const ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, ...said }));
    return {
      child,
      ended,
      async says(text) {
        let over = false;
        void ended.then(() => (over = true));
        while (!(said.stderr + said.stdout).includes(text)) {
          if (over) throw new Error(`it ended before it said "${text}": ${said.stderr}${said.stdout}`);
          await sleep(5);
        }
      },
    };
  }

  /** Run folders of all tests, the oldest first. */
  async runs(): Promise<string[]> {
    const results = join(this.root, 'results');
    const tests = await readdir(results, { withFileTypes: true }).catch(() => []);
    const found: string[] = [];
    for (const test of tests.filter((entry) => entry.isDirectory())) {
      const names = await readdir(join(results, test.name)).catch(() => []);
      found.push(...names.filter((name) => /^\d{4}-/.test(name)).map((name) => join(results, test.name, name)));
    }
    return found.sort();
  }

  /** Resolves with the first run folder beside those that were there, once this holds for it. @throws Error when it never does */
  newRun(before: readonly string[], holds: (folder: string) => boolean | Promise<boolean>): Promise<string> {
    return comes('a run of which that holds', 5, async () => {
      const made = (await this.runs()).find((folder) => !before.includes(folder));
      return made && (await holds(made)) ? made : undefined;
    });
  }

  /** Command lines of what the case started and still runs, after a while for what ends by itself. */
  async leftRunning(): Promise<string[]> {
    const until = Date.now() + END_MS;
    for (;;) {
      const left = await this.processes();
      if (left.length === 0 || Date.now() > until) return left.map(({ line }) => line);
      await sleep(100);
    }
  }

  /** What the case started and still runs. */
  async processes(): Promise<{ pid: number; line: string }[]> {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = await Promise.all(
      ids.map(async (id) => {
        const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
        if (!environment.includes(`${MARK}=${this.#mark}`)) return undefined;
        const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
        return { pid: Number(id), line: line.replaceAll('\0', ' ').trim() };
      }),
    );
    return all.filter((process) => process !== undefined && process.line !== '') as { pid: number; line: string }[];
  }

  /** The process of the case whose command line holds the text, once it is there. @throws Error when it never is */
  processWith(text: string): Promise<number> {
    return comes(`a process with "${text}"`, 10, async () => {
      return (await this.processes()).find(({ line }) => line.includes(text))?.pid;
    });
  }

  async verdict(folder: string): Promise<Verdict | undefined> {
    const text = await readFile(join(folder, 'verdict.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Verdict);
  }
}

async function comes<T>(what: string, everyMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + COMES_MS; Date.now() < until; await sleep(everyMs)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`there never was ${what}`);
}

/** Samples of this phase are there, or of any. */
export const sampled = (phase: string) => async (folder: string) =>
  (await readFile(join(folder, 'samples.csv'), 'utf8').catch(() => '')).includes(`phase=${phase}`);

export const isFolding = (folder: string) =>
  existsSync(join(folder, 'begun.json')) && !existsSync(join(folder, 'running.json'));

export const isJudged = (folder: string) => existsSync(join(folder, 'verdict.json'));
