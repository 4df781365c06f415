import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonitorEvent } from '../../gate/observe/monitor.ts';
import type { Source } from '../../gate/observe/source.ts';
import { untilHealthy } from '../../gate/observe/until-healthy.ts';
import { watch } from '../../gate/observe/watch.ts';
import type { Look } from '../../src/wire/looks.ts';
import { readSettings } from '../../src/wire/settings.ts';
import type { SignalName } from '../../src/wire/signals.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { pass, stopClock } from './virtual-time.ts';

const START = Date.parse('2026-11-24T12:00:00Z');
const secondsNow = () => (Date.now() - START) / 1_000;

function source(name: string, look: () => Look, everyMs = 5_000): Source {
  return { name, everyMs, look: async () => look(), close: async () => undefined };
}

const told = (signal: SignalName, value: number): Look['values'][number] => ({ signal, value, ageMs: 0 });
const well = source('health of app', () => ({ values: [told('healthy', 1)] }));

interface Watched {
  file: WatchFile;
  events: MonitorEvent[];
  kept: WatchFile[];
}

/** A watch in time that passes as quickly as it can. @param abortAfterS presses Ctrl-C */
async function watched(seconds: number, sources: Source[], abortAfterS?: number): Promise<Watched> {
  const events: MonitorEvent[] = [];
  const kept: WatchFile[] = [];
  const abort = new AbortController();
  const watching = watch({
    ...{ results: '/nowhere', settings: readSettings({}), sources: () => sources, target: 'app' },
    plannedMs: seconds * 1_000,
    signal: abort.signal,
    tell: (event) => events.push(event),
    draw: () => undefined,
    keep: async (file) => void kept.push(file),
  });
  await pass((abortAfterS ?? seconds + 5) * 1_000);
  if (abortAfterS !== undefined) abort.abort();
  await pass(5_000);
  return { file: await watching, events, kept };
}

const alertsOf = ({ alerts }: WatchFile) =>
  alerts.map(({ alert, firedAt, resolvedAt }) => [alert, firedAt.slice(14, 19), resolvedAt?.slice(14, 19) ?? null]);

test('an incident in a watch of two minutes is caught, from when it fired to when it was over', async (t) => {
  stopClock(t, START);
  const isIncident = () => secondsNow() > 20 && secondsNow() < 100;
  const app = source('metrics of app', () => ({
    values: [told('failed_requests_ratio', isIncident() ? 0.03 : 0.001), told('db_connections_used_ratio', 0.4)],
    counts: { requests: 200, 'server errors': isIncident() ? 6 : 0 },
  }));
  const { file, events } = await watched(120, [app, well]);
  assert.equal(file.outcome, 'alerts');
  // Looked at in the middle of each 5 s: beyond the limit from 22.5 s on, for 60 s; and within it again at 102.5 s.
  assert.deepEqual(alertsOf(file), [['PlatformErrorsHigh', '01:22', '01:42']]);
  assert.equal(file.alerts[0]!.text, '3 % of the requests are answered with 5xx; the limit is 1 %.');
  const errors = file.stretches.map(({ counts }) => counts['server errors']);
  assert.deepEqual(errors, [0, 0, 12, 12, 12, 12, 12, 12, 12, 12, 0, 0]);
  const states = events.flatMap((event) => (event.type === 'alert' ? [event.state] : []));
  assert.deepEqual(states, ['pending', 'firing', 'inactive']);
  const readings = events.filter((event) => event.type === 'reading');
  assert.deepEqual(readings[0], {
    ...{
      type: 'reading',
      at: '2026-11-24T12:00:02.500Z',
      signal: 'failed_requests_ratio',
      value: 0.001,
      unit: 'ratio',
    },
    ...{ ageMs: 0, stale: false, limit: '< 1 %', within: true, alert: 'inactive', source: 'metrics of app' },
  });
});

test('a spike that is over before its time is pending and no alert', async (t) => {
  stopClock(t, START);
  const app = source('metrics of app', () => ({
    values: [told('db_connections_used_ratio', secondsNow() > 20 && secondsNow() < 70 ? 1 : 0.4)],
  }));
  const { file, events } = await watched(120, [app]);
  assert.equal(file.outcome, 'well');
  const states = events.flatMap((event) => (event.type === 'alert' ? [event.state] : []));
  assert.deepEqual(states, ['pending', 'inactive']);
});

test('a platform that is unwell for three looks in a row is an alert of its own', async (t) => {
  stopClock(t, START);
  const unwellFor = (looks: number) => (at: number) => at > 20 && at < 20 + looks * 5;
  const outcomes = [];
  for (const isUnwell of [unwellFor(2), unwellFor(3)]) {
    const begunS = secondsNow();
    const health = source('health of app', () =>
      isUnwell(secondsNow() - begunS)
        ? { values: [told('healthy', 0)], problem: 'it answers 502, and no health' }
        : { values: [told('healthy', 1)] },
    );
    const { file } = await watched(120, [health]);
    outcomes.push([file.outcome, file.stretches[2]!.unhealthy, ...file.alerts.map(({ text }) => text)]);
  }
  assert.deepEqual(outcomes, [
    ['well', 2],
    [...['alerts', 2], '/api/health does not answer that the platform is healthy (it answers 502, and no health).'],
  ]);
});

test('a signal that is lost because its source fails is an alert; one that has nothing to count is not', async (t) => {
  stopClock(t, START);
  const page = source('metrics of app', () =>
    secondsNow() < 60
      ? { values: [told('queue_depth', 3)] }
      : { values: [], problem: 'it answers 401; check METRICS_AUTHORIZATION' },
  );
  const quiet = source('metrics of cache', () => ({
    values: secondsNow() < 60 ? [told('cache_hit_ratio', 0.9)] : [],
  }));
  const { file, events } = await watched(600, [page, quiet]);
  assert.deepEqual(alertsOf(file), [['PlatformSignalMissing', '06:07', null]]);
  assert.match(file.alerts[0]!.text, /^nothing tells queue depth any more; metrics of app: it answers 401;/);
  const cache = events.filter((event) => event.type === 'alert' && event.alert === 'PlatformCacheHitsLow');
  assert.deepEqual(
    cache.map((event) => event.type === 'alert' && event.state),
    ['absent'],
  );
  assert.deepEqual(
    file.notes.map(({ at, text }) => [at.slice(14, 19), text]),
    [['01:02', 'it answers 401; check METRICS_AUTHORIZATION']],
  );
});

test('a source of once a minute is neither stale nor absent between its values', async (t) => {
  stopClock(t, START);
  const hosted = source('metrics of Supabase', () => ({ values: [told('db_connections_used_ratio', 0.9)] }), 60_000);
  const { file } = await watched(300, [hosted]);
  assert.deepEqual(alertsOf(file), [['PlatformDatabaseConnectionsHigh', '01:02', null]]);
});

test('Ctrl-C ends a watch at once, and the report says that it was cut short', async (t) => {
  stopClock(t, START);
  const { file, kept } = await watched(3_600, [well], 150);
  assert.equal(file.interrupted, true);
  assert.equal(file.plannedMs, 3_600_000);
  assert.equal(Date.parse(file.endedAt) - START, 150_000);
  // A report is kept each minute, for whoever is killed.
  assert.deepEqual(
    kept.map(({ endedAt }) => endedAt.slice(14, 19)),
    ['01:00', '02:00'],
  );
});

test('a deployment is healthy after three looks in a row, and what was seen until then is said once', async (t) => {
  stopClock(t, START);
  const looks = [
    'it answers 502, and no health',
    'it answers 502, and no health',
    '',
    'nothing listens there',
    '',
    '',
    '',
  ];
  const health = source('health of app', () => {
    const problem = looks.shift()!;
    return problem ? { values: [told('healthy', 0)], problem } : { values: [told('healthy', 1)] };
  });
  const said: string[] = [];
  const { signal } = new AbortController();
  const waiting = untilHealthy({ health, withinMs: 60_000, say: (line) => said.push(line), signal });
  await pass(35_000);
  assert.deepEqual(await waiting, { ok: true, tookMs: 30_000 });
  assert.deepEqual(said, [
    'health of app: it answers 502, and no health …',
    'health of app: it is healthy; looking again …',
    'health of app: nothing listens there …',
    'health of app: it is healthy; looking again …',
  ]);
});

test('a deployment that does not become healthy in time is said with what it answers', async (t) => {
  stopClock(t, START);
  const health = source('health of app', () => ({ values: [told('healthy', 0)], problem: 'it answers 401' }));
  const { signal } = new AbortController();
  const waiting = untilHealthy({ health, withinMs: 60_000, say: () => undefined, signal });
  await pass(65_000);
  assert.deepEqual(await waiting, {
    ok: false,
    problem: 'health of app: not healthy within 60 s: it answers 401.',
  });
});
