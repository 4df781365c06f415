/** A share of `make faults-home` that is quick: hand-written scripts under the real k6, and a tiny platform. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import type { RunFile } from '../../src/wire/run-files.ts';
import { chatScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';
import { Home } from './home.ts';

const RUN = ['run', 'chat', '--profile', 'smoke'];
const projects: Project[] = [];
after(() => Promise.all(projects.map((project) => project.remove())));

async function home(parts: Parameters<typeof throwawayProject>[0] = {}): Promise<Home> {
  const project = await throwawayProject(parts);
  projects.push(project);
  const made = new Home(project.root, project.env);
  made.begin();
  return made;
}

const sampled = async (folder: string) =>
  (await readFile(join(folder, 'samples.csv'), 'utf8').catch(() => '')).includes('over_limit');

test('a launchgate that is killed takes its k6 along, and the next run judges what it left', async () => {
  const mine = await home({ chat: chatScript({ seconds: 5 }) });
  const killed = mine.launch(RUN);
  const folder = await mine.newRun([], sampled);
  killed.child.kill('SIGKILL');
  await killed.ended;
  assert.deepEqual(await mine.leftRunning(), []);
  assert.equal(existsSync(join(folder, 'verdict.json')), false);

  const next = await mine.launch(RUN).ended;
  assert.equal(next.exitCode, 0, next.stderr);
  assert.match(next.stderr, new RegExp(`^chat/${basename(folder)} was cut off; what it had measured is kept`, 'm'));
  assert.equal((await mine.verdict(folder))?.outcome, 'interrupted');
  const run = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunFile;
  assert.equal(run.interrupted, true);
  assert.ok(run.endedAt > run.startedAt);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => /begun|running|looks|part/.test(name)),
    [],
  );
});

test('report judges a run whose launchgate was killed, signals and all', async () => {
  const mine = await home({ chat: chatScript({ seconds: 60 }) });
  const killed = mine.launch(RUN);
  const folder = await mine.newRun(
    [],
    async (made) => (await sampled(made)) && (await readFile(join(made, 'looks.jsonl'), 'utf8')).includes('\n'),
  );
  killed.child.kill('SIGKILL');
  await killed.ended;
  await mine.leftRunning();
  const report = await mine.launch(['report', folder]).ended;
  assert.equal(report.exitCode, 0, report.stderr);
  const timeline = JSON.parse(await readFile(join(folder, 'timeline.json'), 'utf8'));
  assert.ok(timeline.signals.some(({ signal }: { signal: string }) => signal === 'healthy'));
  assert.ok(timeline.cells.length > 0);
});

test('a run goes on when nobody reads what it says any more', async () => {
  const mine = await home();
  const started = mine.launch(RUN);
  await started.says('Starting');
  started.child.stderr!.destroy();
  started.child.stdout!.destroy();
  assert.equal((await started.ended).exitCode, 0);
  const [folder] = await mine.runs();
  assert.equal((await mine.verdict(folder!))?.outcome, 'pass');
});

test('an embedded platform that dies while the contract is looked at is told as that, and is our fault', async () => {
  const mine = await home({
    contract: `
import http from 'k6/http';
export default function () { http.get(__ENV.BASE_URL + '/exit'); }
export function handleSummary() {
  return { [__ENV.CONTRACT_RESULT]: JSON.stringify({ fatal: ['sign-in: nothing listens'], deviations: [] }) };
}`,
  });
  const { exitCode, stderr } = await mine.launch(RUN).ended;
  assert.equal(exitCode, 1);
  assert.match(stderr, /^launchgate: the embedded platform ended with code 7 before the load\.$/m);
  assert.deepEqual(await mine.runs(), []);
});

test('a contract test that left half a file could not run', async () => {
  const mine = await home({
    contract:
      'export default () => {}; export const handleSummary = () => ({ [__ENV.CONTRACT_RESULT]: \'{"fatal":\' });',
  });
  const { exitCode, stderr } = await mine.launch(RUN).ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /^launchgate: the contract test could not run:$/m);
});

test('a k6 that may open no more files makes the run invalid, and no failure of the platform', async () => {
  const mine = await home({ chat: chatScript().replace('vus: 10', 'vus: 60') });
  const { exitCode, stdout, stderr } = await mine.launch(RUN, { before: ['sh', '-c', 'ulimit -n 40; exec "$@"', 'sh'] })
    .ended;
  assert.equal(exitCode, 4, stderr + stdout);
  assert.match(stdout, /^This machine refused k6 connections: too many open files; raise `ulimit -n`\.$/m);
});

test('with no files to open at all one line says so', async () => {
  const mine = await home();
  const { exitCode, stderr } = await mine.launch(RUN, { before: ['sh', '-c', 'ulimit -n 24; exec "$@"', 'sh'] }).ended;
  assert.equal(exitCode, 1);
  assert.equal(stderr, 'launchgate: this process may open no more files; raise `ulimit -n` (EMFILE)\n');
});

const needsMount =
  process.getuid?.() === 0 && process.platform === 'linux' ? false : 'a full disk takes a mount, and that root';

test('a disk that is full costs the files that it has no room for, not the verdict', { skip: needsMount }, async () => {
  const mine = await home();
  const results = join(mine.root, 'results');
  await mkdir(results);
  await system('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', results);
  try {
    const { exitCode, stdout, stderr } = await mine.launch(RUN).ended;
    assert.equal(exitCode, 1, stderr + stdout);
    assert.match(stdout, /^chat\.p95 +smoke/m);
    assert.match(stderr, /^launchgate: .*verdict\.json can't be written: the disk is full; make room \(ENOSPC\)\.$/m);
    assert.deepEqual(await mine.leftRunning(), []);
  } finally {
    await system('umount', '-l', results);
  }
});

function system(command: string, ...args: string[]): Promise<void> {
  return new Promise((done, failed) =>
    execFile(command, args, (error, _, stderr) => (error ? failed(new Error(stderr)) : done())),
  );
}
