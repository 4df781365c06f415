import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { followRun, type Progress } from '../../gate/runs/k6/progress.ts';

const HEADER = 'metric_name,timestamp,metric_value,error,expected_response,name,extra_tags,metadata\n';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-progress-'));
});
after(() => rm(folder, { recursive: true }));

/** One request of the last moment. */
function request(name: string, ms: number, ok: boolean): string {
  return `http_req_duration,${Date.now()},${ms}.000000,,${ok},${name},phase=normal,\n`;
}

test('Progress is what the growing file says of the last ten seconds', async () => {
  const path = join(folder, 'samples.csv');
  const seen: Progress[] = [];
  let shown: (() => void) | undefined;
  const stop = followRun({
    paths: [path],
    test: 'chat',
    windows: [{ phase: 'normal', users: 5, fromMs: 0, toMs: 60_000 }],
    plannedMs: 70_000,
    startedMs: Date.now() - 20_000,
    show: (progress) => {
      seen.push(progress);
      shown?.();
    },
  });
  const next = () => new Promise<void>((done) => (shown = done));
  await next();
  assert.deepEqual([seen[0]!.users, seen[0]!.perSecond, seen[0]!.p95], [0, 0, undefined]);

  await appendFile(path, `${HEADER}vus,${Date.now()},5.000000,,,,,\n`);
  const chat = [100, 200, 300, 400].map((ms) => request('POST /api/chat', ms, true)).join('');
  // The last line is still being written.
  await appendFile(
    path,
    `${chat}${request('POST /api/chat', 9_000, false)}${request('GET /api/chat/history', 50, true)}http_r`,
  );
  await next();
  await stop();
  const { atMs, ...last } = seen.at(-1)!;
  assert.ok(atMs >= 20_000 && atMs < 60_000);
  assert.deepEqual(last, {
    plannedMs: 70_000,
    phase: 'normal',
    users: 5,
    route: 'POST /api/chat',
    // Five in ten seconds; the failed one counts as sent and not in the percentile.
    perSecond: 0.5,
    p95: 385,
    failed: 1 / 6,
  });
});
