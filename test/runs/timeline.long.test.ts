/** A timeline of a run as long as the checklist's: three million rows. */
import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { createGzip } from 'node:zlib';
import { foldTimeline } from '../../gate/runs/samples/timeline.ts';
import { phasesOf, windowsOf } from '../../src/workloads.ts';
import { k6Csv, madeRequests } from './k6-csv.ts';

const STARTED_AT = '2026-03-01T10:00:00.000Z';
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-long-'));
});
after(() => rm(folder, { recursive: true }));

test('a full chat run folds in less than 10 s of CPU and 500 MB', async (t) => {
  // Nearly twice the users of the checklist, so that there are three million rows.
  const windows = windowsOf('chat', phasesOf('chat', 'full', 1_800));
  const startMs = Date.parse(STARTED_AT);
  const samples = join(folder, 'samples.csv.gz');
  const rows = Readable.from(k6Csv(madeRequests(windows, 7), startMs, windows));
  await pipeline(rows, createGzip({ level: 1 }), createWriteStream(samples));

  const before = process.cpuUsage();
  const endedAt = new Date(startMs + windows.at(-1)!.toMs + 60_000).toISOString();
  const timeline = await foldTimeline(samples, {
    runId: 'run-1',
    startedAt: STARTED_AT,
    endedAt,
    generator: [],
    signals: [],
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  // Of the whole process, which has made the rows, too.
  const megabytes = process.resourceUsage().maxRSS / 1024;
  t.diagnostic(`${timeline.samples.rows} rows: ${seconds.toFixed(1)} CPU s, at most ${Math.round(megabytes)} MB`);
  assert.ok(timeline.samples.rows > 3_000_000);
  assert.ok(seconds < 10, `${seconds} s`);
  assert.ok(megabytes < 500, `${megabytes} MB`);
});
