import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { rebuildSummary } from '../../gate/runs/samples/rebuild.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { phasesOf } from '../../src/workloads.ts';
import { chatScript, contractScript, type Project, throwawayProject } from './throwaway-project.ts';
import { RUN_FILES } from './whole-run.ts';

const projects: Project[] = [];
after(() => Promise.all(projects.map((project) => project.remove())));

async function project(parts: Parameters<typeof throwawayProject>[0] = {}): Promise<Project> {
  const made = await throwawayProject(parts);
  projects.push(made);
  return made;
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `launchgate run chat --profile smoke` in the project. */
function launch({ root, env }: Project, args: string[] = []): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/node/launchgate.mjs'), 'run', 'chat', '--profile', 'smoke', ...args],
    { env, cwd: root },
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += text));
  child.stderr.on('data', (text) => (said.stderr += text));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...said }));
  return { child, ended };
}

async function folders({ root }: Project): Promise<string[]> {
  const runs = join(root, 'results/chat');
  return (await readdir(runs)).sort().map((name) => join(runs, name));
}

async function files(folder: string) {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  return {
    run: (await read('run.json')) as RunFile,
    verdict: (await read('verdict.json')) as Verdict,
    summary: (await read('summary.json')) as Summary,
  };
}

/** Resolves once the text turns up in a stream. */
function saw(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  return new Promise((done) => {
    let all = '';
    stream.on('data', (piece) => {
      all += piece;
      if (all.includes(text)) done();
    });
  });
}

/** Ids of processes whose command line holds the text. */
async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map(async (id) => [Number(id), await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return lines.filter(([, line]) => line.includes(text)).map(([id]) => id);
}

test('A run against the embedded platform leaves all its files, says pass and exits 0', async () => {
  const mine = await project();
  const { exitCode, stdout, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 0, stderr + stdout);
  const [folder] = await folders(mine);
  assert.deepEqual((await readdir(folder!)).sort(), RUN_FILES);
  const { run, summary } = await files(folder!);
  assert.equal(run.configuration.target, 'embedded');
  assert.equal(run.k6.exitCode, 0);
  assert.equal(summary.runId, run.runId);
  assert.ok(run.generator.readings.length >= 1);
  assert.match(stdout, /^chat\.p95 +smoke +p95 < 5(\.00)? s +.* pass$/m);
  assert.match(stdout.trimEnd().split('\n').at(-1)!, /^Next: /);
  assert.deepEqual(await processesWith(mine.root), []);
});

test('Facts rebuilt from the samples equal what k6 itself counted', async () => {
  const mine = await project();
  await launch(mine).ended;
  const [folder] = await folders(mine);
  const { run, summary } = await files(folder!);
  const rebuilt = await rebuildSummary(join(folder!, 'samples.csv.gz'), {
    test: 'chat',
    profile: 'smoke',
    runId: run.runId,
    phases: phasesOf('chat', 'smoke'),
  });
  assert.deepEqual(rebuilt.facts, summary.facts);
  assert.equal(rebuilt.latencies.length, 1);
  // The samples have six decimals, handleSummary has all.
  for (const [name, value] of Object.entries(rebuilt.latencies[0]!)) {
    const counted = summary.latencies[0]![name as 'avg'];
    if (typeof value === 'number') assert.ok(Math.abs(value - counted) < 1e-5, `${name}: ${value}, k6 ${counted}`);
  }
  assert.deepEqual(rebuilt.serverParts, summary.serverParts);
  assert.deepEqual(rebuilt.totals, summary.totals);
});

test('Two runs at once keep out of each other’s way', async () => {
  const mine = await project();
  const ends = await Promise.all([launch(mine).ended, launch(mine).ended]);
  assert.deepEqual(
    ends.map(({ exitCode }) => exitCode),
    [0, 0],
  );
  const ids = await Promise.all((await folders(mine)).map(async (folder) => (await files(folder)).summary.runId));
  assert.equal(new Set(ids).size, 2);
});

test('Ctrl-C keeps the results, marks them interrupted, exits 130 and leaves nothing running', async () => {
  const mine = await project({ chat: chatScript({ seconds: 60 }) });
  const { child, ended } = launch(mine);
  await saw(child.stderr!, 'Sending load');
  const [folder] = await folders(mine);
  await someSamples(folder!);
  child.kill('SIGINT');
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 130, stderr);
  const { run, verdict, summary } = await files(folder!);
  assert.equal(run.interrupted, true);
  assert.equal(run.k6.exitCode, 105);
  assert.equal(verdict.outcome, 'interrupted');
  assert.ok(summary.totals.requests > 0);
  assert.deepEqual(await processesWith(mine.root), []);
});

test('Ctrl-C exits 130 even where the generator could not be trusted', async () => {
  const mine = await project({ chat: chatScript({ seconds: 60 }).replace('exceptions: 0', 'exceptions: 1') });
  const { child, ended } = launch(mine);
  await saw(child.stderr!, 'Sending load');
  const [folder] = await folders(mine);
  await someSamples(folder!);
  child.kill('SIGINT');
  const { exitCode } = await ended;
  const { run, verdict } = await files(folder!);
  assert.equal(verdict.outcome, 'invalid');
  assert.equal(run.interrupted, true);
  assert.equal(exitCode, 130);
});

test('--repeat makes whole runs in turn, which belong together, and ends in one table', async () => {
  const mine = await project();
  const { exitCode, stdout, stderr } = await launch(mine, ['--repeat', '2']).ended;
  assert.equal(exitCode, 0, stderr + stdout);
  const made = await folders(mine);
  const [first, second] = await Promise.all(made.map(files));
  assert.equal(made.length, 2);
  assert.notEqual(first!.run.runId, second!.run.runId);
  assert.ok(first!.run.series);
  assert.equal(first!.run.series, second!.run.series);
  assert.ok(first!.run.endedAt < second!.run.startedAt);
  assert.equal(stderr.match(/^Starting the embedded platform/gm)?.length, 2);
  const table = stdout.slice(stdout.lastIndexOf('\n\n')).trim().split('\n');
  assert.deepEqual(
    table.map((line) => line.split(/ +/)),
    [['run', 'verdict'], ...made.map((folder) => [basename(folder), 'pass'])],
  );
});

test('Ctrl-C ends all runs of --repeat', async () => {
  const mine = await project({ chat: chatScript({ seconds: 60 }) });
  const { child, ended } = launch(mine, ['--repeat', '3']);
  await saw(child.stderr!, 'Sending load');
  await someSamples((await folders(mine))[0]!);
  child.kill('SIGINT');
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 130);
  assert.equal((await folders(mine)).length, 1);
  assert.doesNotMatch(stderr, /Run 2 of 3/);
  assert.deepEqual(await processesWith(mine.root), []);
});

test('An embedded platform that dies under load ends the run, which fails and names the death', async () => {
  const mine = await project({
    chat: chatScript({ seconds: 60, at: 150, code: "http.get(__ENV.BASE_URL + '/exit');" }),
  });
  const { exitCode, stdout, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 99, stderr + stdout);
  const [folder] = await folders(mine);
  const { run, verdict } = await files(folder!);
  assert.match(run.target.died!, /code 7/);
  assert.equal(verdict.outcome, 'fail');
  assert.match(stderr, /The embedded platform ended with code 7/);
});

test('A k6 that is killed makes the run invalid, with facts rebuilt from its samples', async () => {
  const mine = await project({ chat: chatScript({ seconds: 60 }) });
  const { child, ended } = launch(mine);
  await saw(child.stderr!, 'Sending load');
  const [folder] = await folders(mine);
  await someSamples(folder!);
  const [k6] = await processesWith(join(mine.root, 'dist/chat.js'));
  process.kill(k6!, 'SIGKILL');
  const { exitCode, stdout } = await ended;
  assert.equal(exitCode, 4, stdout);
  const { run, verdict, summary } = await files(folder!);
  assert.equal(run.k6.signal, 'SIGKILL');
  assert.equal(verdict.outcome, 'invalid');
  assert.ok(summary.totals.requests > 0);
  assert.ok(summary.facts.every(({ seen }) => seen > 0));
});

test('A contract that can’t run stops the run with k6’s own words, and leaves no folder', async () => {
  const mine = await project({ contract: 'throw \'fixtures/users.csv line 7: column "tier" is empty\';' });
  const { exitCode, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /^launchgate: .*fixtures\/users\.csv line 7: column "tier" is empty/m);
  assert.deepEqual(await folders(mine), []);
});

test('A fatal contract stops the run before any load, with code 3', async () => {
  const mine = await project({ contract: contractScript({ fatal: ['sign-in: 401 instead of 200'], deviations: [] }) });
  const { exitCode, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 3);
  assert.match(stderr, /^launchgate: sign-in: 401 instead of 200$/m);
  assert.doesNotMatch(stderr, /Sending load/);
});

test('A deviation that is not fatal is told and kept, and the load goes on', async () => {
  const mine = await project({ contract: contractScript({ fatal: [], deviations: ['history: 500 instead of 401'] }) });
  const { exitCode, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 0);
  assert.match(stderr, /history: 500 instead of 401/);
  const { run } = await files((await folders(mine))[0]!);
  assert.deepEqual(run.deviations, ['history: 500 instead of 401']);
});

test('A platform that does not start is one line with its own words', async () => {
  const mine = await project({ platform: "throw new Error('no memory');" });
  const { exitCode, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 1);
  assert.equal(
    stderr,
    'Starting the embedded platform (setup recommended) …\nlaunchgate: the embedded platform ended with code 1: Error: no memory\n',
  );
});

test('What the platform itself refuses is a wrong setting, and told once', async () => {
  const mine = await project({ platform: 'console.error(\'platform: no switch "x"\'); process.exit(2);' });
  const { exitCode, stderr } = await launch(mine, ['--switch', 'x=1']).ended;
  assert.equal(exitCode, 2);
  assert.equal(stderr, 'Starting the embedded platform (setup recommended) …\nplatform: no switch "x"\n');
});

test('A script that throws before it has options makes the run invalid, with its own words', async () => {
  const mine = await project({ chat: "throw new Error('fixtures/users.csv line 3');" });
  const { exitCode, stdout } = await launch(mine).ended;
  assert.equal(exitCode, 4);
  assert.match(stdout, /fixtures\/users\.csv line 3/);
});

test('A summary that could not be written is counted again from the samples', async () => {
  const mine = await project({ chat: chatScript().replace('export function handleSummary', 'function unused') });
  const { exitCode, stdout } = await launch(mine).ended;
  assert.equal(exitCode, 4);
  assert.match(stdout, /rebuilt from the samples/);
  assert.ok((await files((await folders(mine))[0]!)).summary.totals.requests > 0);
});

test('Settings of the person’s own platform do not reach the embedded one', async () => {
  const mine = await project({ chat: chatScript({ code: "console.error('supabase [' + __ENV.SUPABASE_URL + ']');" }) });
  mine.env.SUPABASE_URL = 'https://mine.example.com';
  await launch(mine).ended;
  const { run } = await files((await folders(mine))[0]!);
  assert.ok(run.k6.errors.includes('supabase []'), run.k6.errors.join());
});

test('A secret that k6 logs is blotted out of run.json', async () => {
  const mine = await project({
    chat: chatScript({ code: "console.error('the key is ' + __ENV.LAUNCHGATE_PASSWORD_KEY);" }),
  });
  mine.env.LAUNCHGATE_PASSWORD_KEY = 'correct-horse-battery';
  await launch(mine).ended;
  const [folder] = await folders(mine);
  const text = await readFile(join(folder!, 'run.json'), 'utf8');
  assert.match(text, /the key is \[redacted\]/);
  assert.doesNotMatch(text, /correct-horse/);
});

test('Variables of the person’s that would change the load are named and left out', async () => {
  const mine = await project();
  mine.env.K6_VUS = '3';
  mine.env.K6_DURATION = '1h';
  const { exitCode, stderr } = await launch(mine).ended;
  assert.equal(exitCode, 0);
  assert.match(stderr, /K6_VUS, K6_DURATION/);
});

/** Resolves once k6 has written samples of requests, and counted its users, which it does once a second. */
async function someSamples(folder: string): Promise<void> {
  for (;;) {
    const text = await readFile(join(folder, 'samples.csv'), 'utf8').catch(() => '');
    if (text.includes('over_limit') && text.includes('\nvus_max,')) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
