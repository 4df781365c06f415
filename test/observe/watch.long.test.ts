import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { type Project, throwawayProject } from '../runs/throwaway-project.ts';
import { type StubServer, stubServer } from './stub-server.ts';

/** Seconds after the first look between which 6 % of the requests fail and the queue doesn't drain. */
const INCIDENT = { from: 20, to: 100 };
const REQUESTS_PER_SECOND = 40;

let project: Project;
let app: StubServer;
before(async () => {
  project = await throwawayProject();
  app = await stubServer();
});
after(async () => {
  await app.stop();
  await project.remove();
});

/** A platform with counters, which go on with the clock. */
function platformWithIncident(): (path: string) => string {
  const startMs = Date.now();
  let lastMs = startMs;
  const counted = { ok: 1_000, failed: 1 };
  return (path) => {
    if (path === '/api/health') return '{"status":"healthy"}';
    const nowMs = Date.now();
    const second = (nowMs - startMs) / 1_000;
    const isIncident = second >= INCIDENT.from && second < INCIDENT.to;
    const requests = ((nowMs - lastMs) / 1_000) * REQUESTS_PER_SECOND;
    lastMs = nowMs;
    counted.failed += isIncident ? 0.06 * requests : 0;
    counted.ok += isIncident ? 0.94 * requests : requests;
    return [
      `platform_queue_depth ${isIncident ? Math.round(second) : 3}`,
      `platform_http_request_duration_seconds_count{route="POST /api/chat",status="200"} ${counted.ok}`,
      `platform_http_request_duration_seconds_count{route="POST /api/chat",status="502"} ${counted.failed}`,
      '',
    ].join('\n');
  };
}

test('a watch of two minutes catches an incident: exit code 7, and a report of what fired and what failed when', async () => {
  const answer = platformWithIncident();
  app.answer((request, response) => response.end(answer(request.url ?? '')));
  const child = spawn(
    process.execPath,
    [
      join(project.root, 'dist/node/launchgate.mjs'),
      'monitor',
      '--until-healthy',
      '--for',
      '2m',
      '--out',
      'watch.json',
    ],
    {
      cwd: project.root,
      env: { ...project.env, BASE_URL: app.url, METRICS_URL: `${app.url}/metrics` },
      stdio: 'ignore',
    },
  );
  const [exitCode] = await once(child, 'exit');
  const watch = JSON.parse(await readFile(join(project.root, 'watch.json'), 'utf8')) as WatchFile;
  assert.equal(exitCode, 7);
  assert.equal(watch.outcome, 'alerts');
  // The queue is beyond 50 for less than the two minutes that its alert waits.
  assert.deepEqual(
    watch.alerts.map(({ alert, resolvedAt }) => [alert, resolvedAt !== null]),
    [['PlatformErrorsHigh', true]],
  );
  const failed = watch.stretches.map(({ counts }) => counts['server errors'] ?? 0);
  const all = failed.reduce((sum, count) => sum + count, 0);
  const expected = 0.06 * REQUESTS_PER_SECOND * (INCIDENT.to - INCIDENT.from);
  assert.ok(Math.abs(all - expected) < 0.15 * expected, `${all} of ${expected}`);
  assert.equal(failed[0], 0);
  assert.equal(failed.at(-1), 0);
});
