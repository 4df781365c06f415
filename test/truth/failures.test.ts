import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runK6 } from '../src/k6-run.ts';
import { compareCounts, differences } from './compare.ts';
import { type Embedded, recordOf, startEmbedded } from './embedded.ts';
import { countRequests } from './requests.ts';

/** So low that some messages are refused by each of them. */
const LIMITS = JSON.stringify({ chat: { basic: 1 }, chatQuota: { pro: 1 } });

let folder: string;
let platform: Embedded;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-failures-'));
  const limits = join(folder, 'limits.json');
  await writeFile(limits, LIMITS);
  // Few chunks: the platform is up in seconds.
  const switches = ['--switch', 'chunks=500', '--switch', 'failureShare=0.1'];
  platform = await startEmbedded({ LIMITS_FILE: limits }, ...switches);
});
after(async () => {
  await platform.stop();
  await rm(folder, { recursive: true });
});

test('failures of every kind are counted as the platform made them', async () => {
  const path = join(folder, 'mixed.json');
  // Everybody in a hurry: in its hold of seconds some ask twice.
  const summary = await runK6('mixed', path, { BASE_URL: platform.url, LAUNCHGATE_RUN_ID: 'failures', PACE: '3' });
  const requests = await countRequests([`${path}.csv`]);
  const comparisons = compareCounts({ summary, requests, truth: await recordOf(platform.url, 'failures') });
  for (const kind of ['server-error', 'rate-limited', 'quota']) {
    const found = comparisons.find(({ what }) => what === `smoke: ${kind} failures`);
    assert.ok(found && found.truth > 0, JSON.stringify(summary.failures));
  }
  assert.deepEqual(differences(comparisons), []);
});
