import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contractScript, type Project, throwawayProject } from './throwaway-project.ts';

const projects: Project[] = [];
after(() => Promise.all(projects.map((project) => project.remove())));

/** Runs `launchgate run contract` in a project with this script as its contract test. */
async function inspect(contract: string, env: Record<string, string> = {}) {
  const project = await throwawayProject({ contract });
  projects.push(project);
  const args = [join(project.root, 'dist/node/launchgate.mjs'), 'run', 'contract'];
  const options = { cwd: project.root, env: { ...project.env, ...env } };
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string; left: boolean }>((done) => {
    const child = execFile(process.execPath, args, options, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr, left: existsSync(join(project.root, 'results')) }),
    );
  });
}

test('the contract by itself tells all that it found, and exits 3 where load would be meaningless', async () => {
  const found = { fatal: ['sign-in: 401 instead of 200'], deviations: ['history: 500 instead of 401'] };
  const { exitCode, stdout, left } = await inspect(contractScript(found));
  assert.deepEqual(stdout.trim().split('\n'), [
    'fatal   sign-in: 401 instead of 200',
    'listed  history: 500 instead of 401',
    'contract: 0 as documented, 2 not; broken: load would be meaningless.',
  ]);
  assert.deepEqual([exitCode, left], [3, false]);
});

test('deviations that no load test minds exit 0', async () => {
  const found = { fatal: [], deviations: ['history: 500 instead of 401'] };
  const { exitCode, stdout } = await inspect(contractScript(found));
  assert.equal(exitCode, 0);
  assert.match(stdout, /^contract: 0 as documented, 1 not; kept where load tests need it\.$/m);
});

test('a contract that can’t run is told in k6’s own words', async () => {
  const { exitCode, stderr } = await inspect("throw 'fixtures/users.csv has no two uploaders';");
  assert.equal(exitCode, 2);
  assert.match(stderr, /^launchgate: .*fixtures\/users\.csv has no two uploaders/m);
});

test('a host that was not named is not looked at', async () => {
  const { exitCode, stderr } = await inspect(contractScript(), { BASE_URL: 'https://staging.example.com' });
  assert.equal(exitCode, 2);
  assert.match(stderr, /staging\.example\.com was not named/);
});
