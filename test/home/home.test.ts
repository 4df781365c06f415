/** A share of `make faults-home` that is quick: hand-written scripts under the real k6, and a tiny platform. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import type { RunFile } from '../../src/wire/run-files.ts';
import { chatScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';
import { Home } from './home.ts';
import { closedTerminal, makeReadOnly, needsMount, onSmallDisk, steppedClock } from './surroundings.ts';

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
    async (made) => (await sampled(made)) && /"healthy".*\n/.test(await readFile(join(made, 'looks.jsonl'), 'utf8')),
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

test('samples that had no room are told, and cost no verdict', async () => {
  const mine = await home();
  const { exitCode, stdout, stderr } = await mine.launch(RUN, { before: ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh'] })
    .ended;
  assert.equal(exitCode, 0, stderr + stdout);
  assert.match(stderr, /^Samples were lost: charts and diagnosis show a part of the run\./m);
});

test('with no files to open at all one line says so', async () => {
  const mine = await home();
  const { exitCode, stderr } = await mine.launch(RUN, { before: ['sh', '-c', 'ulimit -n 24; exec "$@"', 'sh'] }).ended;
  assert.equal(exitCode, 1);
  assert.equal(stderr, 'launchgate: this process may open no more files; raise `ulimit -n` (EMFILE)\n');
});

test('Ctrl-C while golive waits for the health of what was deployed ends it with 130, and no load', async () => {
  const mine = await home();
  const folder = join(mine.root, 'results/signoff/2026-01-01T00-00-00');
  await mkdir(folder, { recursive: true });
  const of = { target: 'staging.example.com', revision: 'a1', at: '2026-01-01T00:00:00.000Z', maxAgeDays: 14 };
  const decision = { schema: 1, decision: 'GO', ...of, lines: [], evidence: [] };
  await writeFile(join(folder, 'signoff.json'), JSON.stringify(decision));
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const asked = once(silent, 'request');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const started = mine.launch(['golive', '--base-url', url]);
  await Promise.race([asked, started.ended]);
  started.child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await started.ended;
  silent.close();
  silent.closeAllConnections();
  assert.equal(exitCode, 130, stderr);
  assert.equal(stdout + stderr, `Looking at ${new URL(url).host} …\n`);
});

test('a terminal that is closed under a run interrupts it, and what it had measured is kept', async () => {
  const mine = await home({ chat: chatScript({ seconds: 60 }) });
  // Its exit code is nobody's concern: Node aborts when the terminal that it wants to leave as it was is gone.
  await mine.launch(RUN, { before: await closedTerminal(mine, 3) }).ended;
  const [folder] = await mine.runs();
  assert.equal(JSON.parse(await readFile(join(folder!, 'run.json'), 'utf8')).interrupted, true);
  assert.ok(existsSync(join(folder!, 'report.html')));
  assert.deepEqual(await mine.leftRunning(), []);
});

test('a clock that is set back under a run makes it invalid, and holds it up by nothing', async () => {
  const mine = await home({ chat: chatScript({ seconds: 6 }) });
  const { exitCode, stdout, stderr } = await mine.launch(RUN, { env: await steppedClock(mine, -3_600_000) }).ended;
  assert.equal(exitCode, 4, stderr + stdout);
  assert.match(stdout, /^The machine's clock jumped by -3,600 s\.$/m);
});

const skip = needsMount ?? false;

test('a disk that is full costs the files that it has no room for, not the verdict', { skip }, async () => {
  const mine = await home();
  const { exitCode, stdout, stderr } = await onSmallDisk(mine, 64, () => mine.launch(RUN).ended);
  assert.equal(exitCode, 1, stderr + stdout);
  assert.match(stdout, /^chat\.p95 +smoke/m);
  assert.match(stderr, /^launchgate: .*verdict\.json can't be written: the disk is full; make room \(ENOSPC\)\.$/m);
  assert.deepEqual(await mine.leftRunning(), []);
});

test('results that become read-only under a run cost the files, not the verdict', { skip }, async () => {
  const mine = await home({ chat: chatScript({ seconds: 4 }) });
  const { exitCode, stdout, stderr } = await onSmallDisk(mine, 4_000, async (results) => {
    const started = mine.launch(RUN);
    await mine.newRun([], sampled);
    const writable = await makeReadOnly(results);
    const ended = await started.ended;
    await writable();
    return ended;
  });
  assert.equal(exitCode, 1, stderr + stdout);
  assert.match(stdout, /^chat\.p95 +smoke/m);
  assert.match(stderr, /^launchgate: .*run\.json can't be written: it is on a read-only file system \(EROFS\)\.$/m);
});
