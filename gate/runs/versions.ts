/** What judged a run: this launchgate, by the numbers that a run keeps. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFile } from '../../src/wire/run-files.ts';
import { withoutSecrets } from './child-environment.ts';

/** @param root the project's folder */
export async function ownVersions(root: string): Promise<Pick<RunFile['versions'], 'launchgate' | 'node' | 'git'>> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { launchgate: version, node: process.versions.node, git: await gitRevision(root) };
}

/** `6b86703`, with `+` when files were changed since; '' outside a git clone. */
function gitRevision(root: string): Promise<string> {
  return new Promise((done) =>
    execFile(
      'git',
      ['describe', '--always', '--dirty=+', '--exclude=*'],
      { cwd: root, env: withoutSecrets(process.env) },
      (error, stdout) => done(error ? '' : stdout.trim()),
    ),
  );
}
