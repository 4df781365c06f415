import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { judgeCutOffRuns } from '../../gate/runs/cut-off.ts';
import { packSamples } from '../../gate/runs/folder/run-folder.ts';
import { announceRun } from '../../gate/runs/folder/run-in-progress.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { phasesOf, windowsOf } from '../../src/workloads.ts';
import { healthyRun } from '../judge/healthy-run.ts';
import { k6Csv, madeRequests } from './k6-csv.ts';

const PHASES = phasesOf('chat', 'smoke');
const WINDOWS = windowsOf('chat', PHASES);

let results: string;
let gone: number;
before(async () => {
  results = await mkdtemp(join(tmpdir(), 'launchgate-results-'));
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  gone = child.pid!;
});
after(() => rm(results, { recursive: true }));

/** A run folder as a launchgate leaves it that was killed once its load had ended. */
async function cutOff(name: string): Promise<string> {
  const folder = join(results, 'chat', name);
  await mkdir(folder, { recursive: true });
  const run = healthyRun({ profile: 'smoke', windows: WINDOWS, interrupted: true });
  const about = { pid: gone, test: 'chat', profile: 'smoke', startedMs: Date.now(), plannedMs: 30_000 } as const;
  const announced = await announceRun(
    folder,
    { ...about, windows: WINDOWS, baseUrl: 'http://127.0.0.1:8787', isEmbedded: true, samples: [] },
    { pid: gone, plannedMs: 30_000, phases: [...PHASES], folders: [folder], run },
  );
  await announced.loadEnded();
  const requests = madeRequests(WINDOWS, 1);
  await writeFile(join(folder, 'samples.csv'), k6Csv(requests, Date.parse(run.startedAt), WINDOWS));
  return folder;
}

const read = async (folder: string, name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));

test('a run that was cut off is judged as interrupted, its packed samples too, and one that can’t be keeps no other from it', async () => {
  const older = await cutOff('2026-11-24T12-00-00Z-smoke');
  await packSamples(older);
  const newer = await cutOff('2026-11-24T12-01-00Z-smoke');
  await mkdir(join(newer, 'run.json', 'in the way'), { recursive: true });

  assert.deepEqual(await judgeCutOffRuns(results), ['chat/2026-11-24T12-00-00Z-smoke']);
  assert.equal((await read(older, 'verdict.json')).outcome, 'interrupted');
  assert.ok(((await read(older, 'timeline.json')) as Timeline).cells.length > 0);
  assert.ok(!(await readdir(older)).includes('begun.json'));

  await rm(join(newer, 'run.json'), { recursive: true });
  assert.deepEqual(await judgeCutOffRuns(results), ['chat/2026-11-24T12-01-00Z-smoke']);
  assert.deepEqual(await judgeCutOffRuns(results), []);
});
