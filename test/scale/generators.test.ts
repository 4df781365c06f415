import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { neededStudents, phasesOf } from '../../src/workloads.ts';
import { chatScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';

/** Each user says who it is, and a scenario of one user (as the signals have) runs beside. */
const TELLING = chatScript()
  .replace('export const options = {', "const seen = new Counter('seen');\nexport const options = {")
  .replace(
    'scenarios: {',
    "scenarios: { signals: { executor: 'constant-vus', vus: 1, duration: '1s', exec: 'signals' },",
  )
  .replace('const answer =', "seen.add(1, { vu: 'v' + exec.vu.idInTest });\n  const answer =")
  .concat("\nexport function signals() { seen.add(1, { vu: 'signals' }); sleep(1); }\n");

const projects: Project[] = [];
after(() => Promise.all(projects.map((project) => project.remove())));

async function project(chat: string): Promise<Project> {
  const made = await throwawayProject({ chat, students: 20 });
  projects.push(made);
  return made;
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function launch({ root, env }: Project, args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(root, 'dist/node/launchgate.mjs'), ...args], { env, cwd: root });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += text));
  child.stderr.on('data', (text) => (said.stderr += text));
  return { child, ended: once(child, 'close').then(([exitCode]) => ({ exitCode, ...said })) };
}

const FOUR = ['run', 'chat', '--profile', 'smoke', '--generators', '4'];

async function newestRun({ root }: Project): Promise<string> {
  const runs = join(root, 'results/chat');
  return join(runs, (await readdir(runs)).sort().at(-1)!);
}

async function filesOf(folder: string) {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  return {
    run: (await read('run.json')) as RunFile,
    verdict: (await read('verdict.json')) as Verdict,
    summary: (await read('summary.json')) as Summary,
    timeline: (await read('timeline.json')) as Timeline,
  };
}

let telling: Project;
let folder: string;
let end: Ended;
before(async () => {
  telling = await project(TELLING);
  end = await launch(telling, [...FOUR, '--', '--out', 'json=k6.json', '--tag', 'team=red']).ended;
  folder = await newestRun(telling);
});

test('Four generators are judged once, from the sum of their facts', async () => {
  assert.equal(end.exitCode, 0, end.stderr + end.stdout);
  const { run, summary, verdict, timeline } = await filesOf(folder);
  assert.equal(run.configuration.generators, 4);
  assert.deepEqual(
    run.shares?.map(({ name, k6 }) => [name, k6?.exitCode]),
    [1, 2, 3, 4].map((number) => [`generator-${number}`, 0]),
  );
  const parts = await Promise.all(
    [1, 2, 3, 4].map(
      async (number) =>
        JSON.parse(await readFile(join(folder, `generator-${number}`, 'summary.json'), 'utf8')) as Summary,
    ),
  );
  const p95 = ({ facts }: Summary) => facts.find(({ criterion }) => criterion === 'chat.p95')!.seen;
  assert.equal(
    p95(summary),
    parts.reduce((sum, part) => sum + p95(part), 0),
  );
  assert.ok(parts.every((part) => p95(part) > 0));
  assert.equal(summary.totals.maxUsers, 11);
  assert.equal(verdict.runId, run.runId);
  assert.equal(Math.max(...timeline.users.map((users) => users ?? 0)), 11);
  assert.equal(
    timeline.cells.reduce((sum, [, , , requests]) => sum + requests, 0),
    summary.totals.requests,
  );
});

test('No two generators are the same user, and a scenario of one user runs in one of them', async () => {
  const seen = await Promise.all(
    [1, 2, 3, 4].map(async (number) => {
      const samples = gunzipSync(await readFile(join(folder, `generator-${number}`, 'samples.csv.gz'))).toString();
      return [...new Set([...samples.matchAll(/^seen,.*\bvu=(\w+)/gm)].map(([, vu]) => vu!))];
    }),
  );
  const users = seen.flat().filter((user) => user !== 'signals');
  assert.equal(seen.flat().length - users.length, 1);
  assert.equal(new Set(users).size, 10);
  // k6 numbers users in turn over the processes, and one has a user more: numbers run beyond the users that there are.
  const most = neededStudents('chat', phasesOf('chat', 'smoke'), 4);
  assert.ok(
    users.every((user) => Number(user.slice(1)) <= most),
    users.join(),
  );
});

test('k6’s own flags reach every generator, outputs included', async () => {
  for (const number of [1, 2, 3, 4]) {
    const lines = (await readFile(join(folder, `generator-${number}`, 'k6.json'), 'utf8')).trim().split('\n');
    const points = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'Point');
    assert.ok(points.length > 0);
    assert.ok(points.every(({ data }) => data.tags.team === 'red'));
  }
});

test('make hands ARGS on as they are', () => {
  for (const [target, given, command] of [
    ['chat-test', '-- --out json=k6.json', 'run chat -- --out json=k6.json'],
    ['archive-chat', '--profile smoke', 'archive chat --profile smoke'],
    ['cloud-chat', '--local', 'cloud chat --local'],
  ] as const) {
    const printed = execFileSync('make', ['--dry-run', '--no-print-directory', target, `ARGS=${given}`]);
    assert.equal(printed.toString().trim().split('\n').at(-1), `./launchgate ${command}`);
  }
});

test('Percentiles are those of all samples together', async () => {
  const { summary } = await filesOf(folder);
  const all: number[] = [];
  for (const number of [1, 2, 3, 4]) {
    const samples = gunzipSync(await readFile(join(folder, `generator-${number}`, 'samples.csv.gz'))).toString();
    for (const line of samples.split('\n').filter((row) => /^http_req_duration,.*POST \/api\/chat/.test(row))) {
      all.push(Number(line.split(',')[2]));
    }
  }
  const [latency] = summary.latencies;
  assert.equal(latency!.count, all.length);
  assert.equal(latency!.max, Math.max(...all));
  assert.equal(latency!.min, Math.min(...all));
});

test('merge says of the four folders what the run said of itself', async () => {
  const before = await filesOf(folder);
  const parts = [1, 2, 3, 4].map((number) => join(folder, `generator-${number}`));
  const { exitCode, stdout, stderr } = await launch(telling, ['merge', ...parts, '--k6-version', '1.1.0']).ended;
  assert.equal(exitCode, 0, stderr + stdout);
  assert.match(stdout, /^chat\.p95 +smoke .* pass$/m);
  const merged = await filesOf(await newestRun(telling));
  assert.notEqual(await newestRun(telling), folder);
  assert.deepEqual(merged.summary, before.summary);
  assert.deepEqual(merged.verdict.criteria, before.verdict.criteria);
  assert.deepEqual(merged.timeline.latencies, before.timeline.latencies);
  assert.equal(merged.run.configuration.generators, 4);
});

test('merge of runs from two machines, each with its segment, is one run of all users, on both machines', async () => {
  const machines = [await project(chatScript()), await project(chatScript())];
  const shares = await Promise.all(
    machines.map(async (mine, index) => {
      const segment = [`--execution-segment=${['0:1/2', '1/2:1'][index]}`, '--execution-segment-sequence=0,1/2,1'];
      // A share by itself lacks users, which makes it invalid.
      assert.equal((await launch(mine, ['run', 'chat', '--profile', 'smoke', '--', ...segment]).ended).exitCode, 4);
      return newestRun(mine);
    }),
  );
  const { exitCode, stdout, stderr } = await launch(telling, ['merge', ...shares]).ended;
  assert.equal(exitCode, 0, stderr + stdout);
  const { run, summary } = await filesOf(await newestRun(telling));
  const parts = await Promise.all(shares.map(filesOf));
  assert.equal(summary.totals.maxUsers, 10);
  assert.equal(
    summary.totals.requests,
    parts.reduce((sum, part) => sum + part.summary.totals.requests, 0),
  );
  assert.equal(
    run.generator.memoryBytes,
    parts.reduce((sum, part) => sum + part.run.generator.memoryBytes, 0),
  );
  assert.equal(run.shares?.length, 2);
});

test('merge refuses what is no share of one load, and says why', async () => {
  const parts = [1, 2].map((number) => join(folder, `generator-${number}`));
  const refused = async (...folders: string[]) => {
    const { exitCode, stderr } = await launch(telling, ['merge', ...folders]).ended;
    assert.equal(exitCode, 2, stderr);
    return stderr;
  };
  assert.match(await refused(parts[0]!, parts[0]!), /is given twice/);
  assert.match(await refused(parts[0]!, '/nowhere'), /\/nowhere is no folder/);
  // Two whole runs are no shares.
  assert.match(
    await refused(folder, ...[1, 2, 3, 4].map((number) => join(folder, `generator-${number}`))),
    /together they had 22 users where chat smoke has 10/,
  );
});

test('merge without one of the shares is invalid: its users were not there', async () => {
  const parts = [1, 2, 3].map((number) => join(folder, `generator-${number}`));
  const { exitCode, stdout } = await launch(telling, ['merge', ...parts]).ended;
  assert.equal(exitCode, 4, stdout);
  assert.match(stdout, /Only \d of 10 users were there/);
});

test('merge of a pod that left no summary is invalid', async () => {
  const other = join(folder, 'generator-4');
  const text = await readFile(join(other, 'summary.json'), 'utf8');
  await rm(join(other, 'summary.json'));
  const parts = [1, 2, 3, 4].map((number) => join(folder, `generator-${number}`));
  const { exitCode, stdout } = await launch(telling, ['merge', ...parts]).ended;
  await writeFile(join(other, 'summary.json'), text);
  assert.equal(exitCode, 4, stdout);
  assert.match(stdout, /rebuilt from the samples/);
});

test('One generator that dies makes the run invalid, ends the others, and is named', async () => {
  const mine = await project(chatScript({ seconds: 60 }));
  const { child, ended } = launch(mine, FOUR);
  await new Promise<void>((done) => {
    child.stderr!.on('data', (text) => String(text).includes('Sending load') && done());
  });
  const run = await newestRun(mine);
  await someSamples(join(run, 'generator-3'));
  process.kill(await processIn(join(run, 'generator-3')), 'SIGKILL');
  const { exitCode, stdout } = await ended;
  assert.equal(exitCode, 4, stdout);
  assert.match(stdout, /k6 of generator-3 was ended by SIGKILL/);
  const { run: file, summary } = await filesOf(run);
  assert.deepEqual(
    file.shares?.map(({ k6 }) => k6?.signal ?? k6?.exitCode),
    [105, 105, 'SIGKILL', 105],
  );
  assert.equal(file.k6.signal, 'SIGKILL');
  assert.ok(summary.totals.requests > 0);
});

test('More generators than users are refused before anything is started', async () => {
  const { exitCode, stderr } = await launch(telling, ['run', 'chat', '--profile', 'smoke', '--generators', '11']).ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /GENERATORS=11 is more than the 10 users of this run/);
});

/** The process that works in a folder. */
async function processIn(folder: string): Promise<number> {
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if ((await readlink(`/proc/${id}/cwd`).catch(() => '')) === folder) return Number(id);
  }
  throw new Error(`nothing works in ${folder}`);
}

async function someSamples(folder: string): Promise<void> {
  for (;;) {
    const text = await readFile(join(folder, 'samples.csv'), 'utf8').catch(() => '');
    if (text.includes('over_limit')) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
