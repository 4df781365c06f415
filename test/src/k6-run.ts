/** Runs a bundle of dist/ in the k6 that a run would use. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Summary } from '../../src/wire/facts.ts';
import type { TestName } from '../../src/workloads.ts';
import { k6Binary } from '../contract/k6-binary.ts';

/**
 * The smoke profile of a test against BASE_URL of the environment.
 * @param path where k6 writes the summary; its samples go beside it, to `<path>.csv`
 * @throws Error with what k6 said when it wrote none
 */
export async function runK6(test: TestName, path: string, env: Record<string, string>): Promise<Summary> {
  const binary = resolve(await k6Binary());
  const { PATH = '', HOME = '' } = process.env;
  const said = await new Promise<string>((done) =>
    execFile(
      binary,
      [
        'run',
        '--quiet',
        '--no-usage-report',
        '--address',
        '',
        '--out',
        `csv=${path}.csv`,
        resolve('dist', `${test}.js`),
      ],
      { cwd: dirname(path), env: { PATH, HOME, PROFILE: 'smoke', LAUNCHGATE_SUMMARY: path, ...env } },
      // Thresholds may fail, which is what some tests are about.
      (_, stdout, stderr) => done(stdout + stderr),
    ),
  );
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`k6 wrote no summary of ${test}:\n${said}`);
  return JSON.parse(text);
}
