/**
 * The whole of launchgate as it was built, in a folder of its own: results, caches and settings begin there, so that all that
 * a command leaves behind can be looked through. k6 and Node see nothing of the person's environment, nor k6's own
 * configuration file.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { k6Binary } from '../contract/k6-binary.ts';

export interface CopiedProject {
  readonly root: string;
  readonly k6: string;
  /** Runs `launchgate …`. */
  gate(args: readonly string[], env?: Record<string, string>): Promise<Ended>;
  /** Runs `k6 run` on a bundle of dist/, or on an archive, as anybody could. */
  plainK6(script: string, env?: Record<string, string>, args?: readonly string[]): Promise<Ended>;
  /** Writes k6's configuration file, which k6 reads by itself; undefined takes it away. */
  configureK6(options: object | undefined): Promise<void>;
  remove(): Promise<void>;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const COPIED = ['package.json', 'checklist.yaml', 'costs.json', 'prices.json', 'fixtures', 'dist/node'];
/** Every command of these tests ends by itself long before, ms. */
const LONGEST_MS = 600_000;

export async function copiedProject(): Promise<CopiedProject> {
  const root = await mkdtemp(join(tmpdir(), 'launchgate-copy-'));
  const home = join(root, 'home');
  await mkdir(home);
  const bundles = (await readdir('dist')).filter((name) => name.endsWith('.js')).map((name) => join('dist', name));
  for (const path of [...COPIED, ...bundles]) await cp(path, join(root, path), { recursive: true });
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
  const k6 = resolve(await k6Binary());
  const own = { PATH: process.env.PATH ?? '', HOME: home };
  const configs = ['k6', 'loadimpact/k6'].map((folder) => join(home, '.config', folder));

  return {
    root,
    k6,
    gate: (args, env = {}) =>
      ended(process.execPath, [join(root, 'dist/node/launchgate.mjs'), ...args], {
        cwd: root,
        env: { ...own, LAUNCHGATE_K6: k6, LAUNCHGATE_ENV_FILE: '/dev/null', ...env },
      }),
    plainK6: (script, env = {}, args = []) =>
      ended(k6, ['run', '--quiet', '--no-usage-report', '--address', '', ...args, resolve(root, 'dist', script)], {
        cwd: home,
        env: { ...own, PROFILE: 'smoke', ...env },
      }),
    async configureK6(options) {
      for (const folder of configs) {
        await rm(folder, { recursive: true, force: true });
        if (!options) continue;
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'config.json'), JSON.stringify(options));
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

function ended(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      program,
      args,
      { ...options, timeout: LONGEST_MS, maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}
