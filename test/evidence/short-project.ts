/**
 * A copy of the whole project in which some things are different, so that real runs of the real program can be short, or
 * can go wrong: other holds, a journey that throws. It is built like the original.
 */
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';

/** What stands in a file of the project, and what stands there instead. */
export type Edit = [file: string, text: string, instead: string];

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What a run left. */
export interface Left extends Ended {
  run: RunFile;
  verdict: Verdict;
}

const COPIED = ['src', 'gate', 'platform', 'build', 'fixtures', 'esbuild.config.mjs', 'package.json'];
const SHARED = ['node_modules', '.cache'];

export interface StartedPlatform {
  url: string;
  kill(): void;
}

export class ShortProject {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** @throws Error when a text that is to be edited isn't there (any more) */
  static async make(edits: readonly Edit[]): Promise<ShortProject> {
    const project = new ShortProject(await mkdtemp(join(tmpdir(), 'launchgate-short-')));
    const { root } = project;
    await mkdir('.cache', { recursive: true });
    for (const name of COPIED) await cp(name, join(root, name), { recursive: true });
    for (const name of SHARED) await symlink(resolve(name), join(root, name));
    for (const [file, text, instead] of edits) {
      const before = await readFile(join(root, file), 'utf8');
      if (!before.includes(text)) throw new Error(`${file} doesn't hold: ${text}`);
      await writeFile(join(root, file), before.replaceAll(text, instead));
    }
    const { exitCode, stderr } = await ended(process.execPath, ['esbuild.config.mjs', 'k6', 'node'], { cwd: root });
    if (exitCode !== 0) throw new Error(stderr);
    return project;
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }

  /** @param before a command that starts the program, such as taskset; @param env beside that of a plain machine */
  launchgate(
    args: readonly string[],
    env: Record<string, string> = {},
    before: readonly string[] = [],
  ): Promise<Ended> {
    const [command, ...rest] = [...before, process.execPath, join(this.root, 'dist/node/launchgate.mjs'), ...args];
    return ended(command!, rest, { cwd: this.root, env: { ...plainEnv(), ...env } });
  }

  /** `launchgate run` with these arguments; otherwise as `launchgate`. */
  async run(args: readonly string[], env?: Record<string, string>, before?: readonly string[]): Promise<Left> {
    const end = await this.launchgate(['run', ...args], env, before);
    const folder = /^Report: (.+)\/report\.html$/m.exec(end.stdout)?.[1];
    if (!folder) throw new Error(end.stderr + end.stdout);
    const read = async (name: string) => JSON.parse(await readFile(join(this.root, folder, name), 'utf8'));
    return { ...end, run: await read('run.json'), verdict: await read('verdict.json') };
  }

  /** Folders of a test's runs, the oldest first. */
  async runs(test: string): Promise<string[]> {
    const folder = join(this.root, 'results', test);
    return (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  }

  /** Resolves once a run of the test, the first one, has sampled a request of this route. */
  async sampled(test: string, route: string): Promise<void> {
    for (;;) {
      const [run] = await this.runs(test);
      const samples = run && (await readFile(join(run, 'samples.csv'), 'utf8').catch(() => ''));
      if (samples?.includes(route)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** The embedded platform as somebody else's: it stays until it is stopped. */
  async startPlatform(...args: string[]): Promise<StartedPlatform> {
    const child = spawn(process.execPath, ['dist/node/platform.mjs', '--port', '0', '--follow-stdin', ...args], {
      cwd: this.root,
      env: plainEnv(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [line] = (await child.stdout.take(1).toArray()) as Buffer[];
    return { url: (JSON.parse(String(line)) as { url: string }).url, kill: () => child.kill('SIGKILL') };
  }
}

/** Nothing of the person's own, but for the k6 that all tests use. */
function plainEnv(): Record<string, string> {
  const { PATH = '', HOME = '', LAUNCHGATE_K6 = '' } = process.env;
  const named = LAUNCHGATE_K6 || resolve('.tools/k6');
  return { PATH, HOME, LAUNCHGATE_K6: named, LAUNCHGATE_ENV_FILE: '/dev/null' };
}

function ended(command: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) {
  return new Promise<Ended>((done) => {
    const child = execFile(command, args, { ...options, maxBuffer: 1 << 24 }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
