/**
 * A generator that gets no CPU, or uses it all: two runs of half a minute each that keep every core of the machine busy
 * meanwhile. What keeps it busy ends by itself.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Edit, ShortProject, type StartedPlatform } from './short-project.ts';

const EDITS: Edit[] = [
  ['src/workloads.ts', 'coolDownSeconds: 10', 'coolDownSeconds: 1'],
  // An iteration of a student who computes instead of thinking; only when it is asked for.
  [
    'src/tests/chat.ts',
    'students: () => chat(ownStudent()),',
    'students: () => { for (const end = Date.now() + 20_000; __ENV.SPINS && Date.now() < end; ); chat(ownStudent()); },',
  ],
];
const linux = process.platform === 'linux' ? false : 'needs taskset and /proc';
/** Longer than a run, so that a test that fails leaves nothing busy for long. */
const BUSY_SECONDS = 60;

/** Stops and continues a process in turn, and lets it go when time is up or the process is gone. */
const TAKE_CPU = `
const [, pid, seconds] = process.argv.map(Number);
const signal = (name) => { try { process.kill(pid, name); } catch { process.exit(); } };
const stop = setInterval(() => { signal('SIGSTOP'); setTimeout(() => signal('SIGCONT'), 700); }, 1_000);
setTimeout(() => clearInterval(stop), seconds * 1_000);
process.on('SIGTERM', () => { signal('SIGCONT'); process.exit(); });
`;

let project: ShortProject;
let platform: StartedPlatform;
const busy: ChildProcess[] = [];
before(async () => {
  project = await ShortProject.make(EDITS);
  platform = await project.startPlatform('--switch', 'chunks=500');
});
after(async () => {
  letGo();
  platform?.kill();
  await project?.remove();
});

function busyFor(seconds: number, before: readonly [string, ...string[]]): void {
  const [command, ...args] = before;
  const spin = `for (const end = Date.now() + ${seconds} * 1_000; Date.now() < end; );`;
  busy.push(spawn(command, [...args, process.execPath, '-e', spin], { stdio: 'ignore' }));
}

function letGo(): void {
  for (const child of busy) child.kill();
}

/** Ids of processes whose command line holds the text. */
async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]!.includes(text)).map(Number);
}

const smoke = () => ['chat', '--profile', 'smoke', '--base-url', platform.url];

test('a k6 that gets no CPU makes the run invalid: its users wake late', { skip: linux }, async () => {
  const running = project.run(smoke());
  await project.sampled('chat', 'POST /api/chat');
  const [k6] = await processesWith(join(project.root, 'dist/chat.js'));
  for (let core = 0; core < availableParallelism(); core++) busyFor(BUSY_SECONDS, ['taskset', '-c', String(core)]);
  // Ten users need so little CPU that a scheduler finds it for them beside any crowd; so it is taken away, as a
  // hypervisor or a CPU quota would: 0.7 s of each second.
  busy.push(spawn(process.execPath, ['-e', TAKE_CPU, String(k6), String(BUSY_SECONDS)], { stdio: 'ignore' }));
  const { verdict, exitCode } = await running;
  letGo();
  assert.equal(verdict.outcome, 'invalid');
  const lateness = verdict.reasons.find(({ code }) => code === 'lateness');
  assert.match(
    lateness?.text ?? JSON.stringify(verdict.reasons),
    /^Users woke [\d.]+ m?s late .* the machine's CPU was \d+/,
  );
  assert.equal(exitCode, 4);
});

test('a k6 that uses all of its CPU makes the run invalid, with how much it used', { skip: linux }, async () => {
  const { run, verdict, exitCode } = await project.run(smoke(), { SPINS: 'yes' }, ['taskset', '-c', '0']);
  assert.equal(run.generator.cores, 1);
  assert.equal(verdict.outcome, 'invalid');
  const cpu = verdict.reasons.find(({ code }) => code === 'generator-cpu');
  assert.match(cpu?.text ?? JSON.stringify(verdict.reasons), /^k6 used \d+[\d.]* % of its 1 cores for 10 s/);
  assert.equal(exitCode, 4);
});
