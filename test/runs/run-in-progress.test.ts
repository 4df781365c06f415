import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type Announcement,
  announceRun,
  type RunInProgress,
  runInProgress,
} from '../../gate/runs/folder/run-in-progress.ts';
import { Tail } from '../../gate/runs/k6/tail.ts';
import { healthyRun, PHASES } from '../judge/healthy-run.ts';

let results: string;
before(async () => {
  results = await mkdtemp(join(tmpdir(), 'launchgate-results-'));
});
after(() => rm(results, { recursive: true }));

async function folder(name: string): Promise<string> {
  const path = join(results, 'chat', name);
  await mkdir(path, { recursive: true });
  return path;
}

function about(more: Partial<RunInProgress> = {}): RunInProgress {
  return {
    ...{ pid: process.pid, test: 'chat', profile: 'smoke', startedMs: Date.now(), plannedMs: 30_000, windows: [] },
    ...{ baseUrl: 'http://127.0.0.1:8787', isEmbedded: true, samples: [], ...more },
  };
}

function announce(folder: string, more: Partial<RunInProgress> = {}): Promise<Announcement> {
  const { pid, plannedMs } = about(more);
  return announceRun(folder, about(more), {
    pid,
    plannedMs,
    phases: [...PHASES],
    folders: [folder],
    run: healthyRun(),
  });
}

const any = () => true;

test('a run is found by its folder while its load goes on, and leaves nothing there when it is judged', async () => {
  assert.equal(await runInProgress(results, any), undefined);
  const path = await folder('2026-11-24T12-00-00Z-smoke');
  const announced = await announce(path);
  announced.saw({ source: 'health', everyMs: 5_000, atMs: 1, values: [{ signal: 'healthy', value: 1, ageMs: 0 }] });
  const found = await runInProgress(results, any);
  assert.equal(found?.folder, path);
  assert.equal(found.about.test, 'chat');
  assert.equal(await runInProgress(results, ({ baseUrl }) => baseUrl === 'https://staging.example.com'), undefined);
  await announced.loadEnded();
  assert.equal(await runInProgress(results, any), undefined);
  await announced.judged();
  assert.deepEqual(await readdir(path), []);
});

test('looks are written as they come, a line each', async () => {
  const path = await folder('2026-11-24T12-01-00Z-smoke');
  const announced = await announce(path);
  const lines: string[] = [];
  const tail = new Tail(join(path, 'looks.jsonl'), (line) => lines.push(line));
  for (const atMs of [1, 2]) announced.saw({ source: 'health', everyMs: 5_000, atMs, values: [], problem: 'it hangs' });
  while (lines.length < 2) await tail.read();
  assert.deepEqual(JSON.parse(lines[1]!), {
    source: 'health',
    everyMs: 5_000,
    atMs: 2,
    values: [],
    problem: 'it hangs',
  });
  await tail.close();
  await announced.loadEnded();
});

test('a run that was killed is not in progress, whatever it left behind', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const path = await folder('2026-11-24T12-02-00Z-smoke');
  await announce(path, { pid: gone.pid! });
  assert.equal(await runInProgress(results, any), undefined);
  // Somebody else has its process number: such a run would have ended an hour ago.
  await announce(path, { startedMs: Date.now() - 3_600_000 });
  assert.equal(await runInProgress(results, any), undefined);
  await writeFile(join(path, 'running.json'), '{"pid":');
  assert.equal(await runInProgress(results, any), undefined);
});

test('a folder that can’t be written ends no run', async () => {
  const announced = await announce(join(results, 'nowhere'));
  announced.saw({ source: 'health', everyMs: 5_000, atMs: 1, values: [] });
  await announced.loadEnded();
  announced.saw({ source: 'health', everyMs: 5_000, atMs: 2, values: [] });
  await announced.judged();
});

test('a tail gives whole lines only, and of a long file the first and the last ones', async () => {
  const path = join(results, 'samples.csv');
  const lines: string[] = [];
  const tail = new Tail(path, (line) => lines.push(line));
  await tail.read();
  assert.deepEqual(lines, []);
  await writeFile(path, 'metric,value\nvus,1\nvus');
  await tail.read();
  assert.deepEqual(lines, ['metric,value', 'vus,1']);
  await appendFile(path, ',2\n');
  await tail.read();
  assert.deepEqual(lines.slice(2), ['vus,2']);
  await tail.close();

  const rows = Array.from({ length: 1_000_000 }, (_, index) => `http_reqs,${index}`);
  await writeFile(path, ['metric,value', ...rows, ''].join('\n'));
  const late: string[] = [];
  const end = new Tail(path, (line) => late.push(line));
  await end.read();
  await end.close();
  assert.equal(late[0], 'metric,value');
  assert.equal(late.at(-1), 'http_reqs,999999');
  assert.ok(late.length < 600_000, String(late.length));
  const left = late.filter((line) => !/^(metric,value|http_reqs,\d+)$/.test(line));
  assert.equal(left.length, 1);
  assert.match(left[0]!, /^left out /);
  assert.ok((await readFile(path, 'utf8')).length > 10_000_000);
});
