import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertStatus, freshValue, nextStatus, untold } from '../../gate/observe/alert-state.ts';
import { limitOfSignal } from '../../src/thresholds.ts';
import { ALERTS, type Alert, limitOfAlert } from '../../src/wire/alerts.ts';
import type { SignalName } from '../../src/wire/signals.ts';

/** Connections: the limit is 80 %. */
const CONNECTIONS: Alert = { ...alertOf('db_connections_used_ratio'), forSeconds: 60, absentSeconds: 300 };
/** Hits: more than 60 %. */
const HITS: Alert = { ...alertOf('cache_hit_ratio'), forSeconds: 0, absentSeconds: 300 };

const EVERY_MS = 15_000;

function alertOf(signal: SignalName): Alert {
  return ALERTS.find((alert) => alert.signal === signal)!;
}

/** States after each of these values, one every 15 s; null where nobody told one. */
function statesOf(alert: Alert, values: readonly (number | null)[]): string[] {
  return statusesOf(alert, values).map(({ state }) => state);
}

function statusesOf(alert: Alert, values: readonly (number | null)[]): AlertStatus[] {
  let status = untold(0);
  return values.map((value, index) => {
    status = nextStatus(alert, status, value ?? undefined, index * EVERY_MS);
    return status;
  });
}

test('the checklist has six alerts, each with a name of its own and a promise in thresholds.ts', () => {
  assert.equal(ALERTS.length, 6);
  assert.equal(new Set(ALERTS.map(({ name }) => name)).size, 6);
  for (const alert of ALERTS) {
    assert.match(alert.name, /^Platform([A-Z][a-z]+)+$/);
    assert.deepEqual(limitOfAlert(alert), limitOfSignal(alert.signal));
    assert.match(alert.description, /\{value\}.*\{limit\}/);
  }
});

test('a value beyond the limit is pending until it has been there for all of `for`, then fires', () => {
  assert.deepEqual(statesOf(CONNECTIONS, [0.5, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]), [
    'inactive',
    'pending',
    'pending',
    'pending',
    'pending',
    'firing',
    'firing',
  ]);
});

test('one value within the limit starts the wait anew', () => {
  const states = statesOf(CONNECTIONS, [0.9, 0.9, 0.9, 0.9, 0.79, 0.9, 0.9, 0.9, 0.9, 0.9]);
  assert.deepEqual(states.slice(3), ['pending', 'inactive', 'pending', 'pending', 'pending', 'pending', 'firing']);
});

test('an alert that fires resolves with the first value within the limit', () => {
  assert.deepEqual(statesOf(CONNECTIONS, [0.9, 0.9, 0.9, 0.9, 0.9, 0.2, 0.2]).slice(4), [
    'firing',
    'inactive',
    'inactive',
  ]);
});

test('the limit itself is already beyond what was promised', () => {
  assert.deepEqual(statesOf(CONNECTIONS, [0.8]), ['pending']);
  assert.deepEqual(statesOf(HITS, [0.61, 0.6]), ['inactive', 'firing']);
});

test('without `for` it fires at once', () => {
  assert.deepEqual(statesOf(HITS, [0.9, 0.1, 0.9]), ['inactive', 'firing', 'inactive']);
});

test('a signal that vanishes resolves its alert, and is absent after five minutes', () => {
  const silence = new Array<null>(22).fill(null);
  const states = statesOf(CONNECTIONS, [0.9, 0.9, 0.9, 0.9, 0.9, ...silence, 0.1]);
  assert.equal(states[4], 'firing');
  assert.deepEqual(states.slice(5, 25), new Array(20).fill('inactive'));
  assert.deepEqual(states.slice(25), ['absent', 'absent', 'inactive']);
});

test('a signal that was never told is absent five minutes after watching began', () => {
  const states = statesOf(CONNECTIONS, new Array<null>(21).fill(null));
  assert.deepEqual([states[19], states[20]], ['inactive', 'absent']);
});

test('a value that comes back beyond the limit is pending, however long it was absent', () => {
  const states = statesOf(CONNECTIONS, [...new Array<null>(21).fill(null), 0.9]);
  assert.deepEqual(states.slice(20), ['absent', 'pending']);
});

test('a status tells when its state began and what it was concluded from', () => {
  const [, , , fourth, , last] = statusesOf(CONNECTIONS, [0.5, 0.9, 0.9, 0.95, 0.9, 0.9]);
  assert.deepEqual(fourth, { state: 'pending', sinceMs: 15_000, value: 0.95, silentSinceMs: undefined });
  assert.deepEqual(last, { state: 'firing', sinceMs: 75_000, value: 0.9, silentSinceMs: undefined });
});

const read = (atMs: number, value: number, more = {}) => ({
  signal: 'db_connections_used_ratio',
  atMs,
  value,
  ageMs: 0,
  source: 'metrics',
  ...more,
});
const everyMs = (source: string) => (source === 'hosted' ? 60_000 : 5_000);

test('the newest value of a source holds until it is older than two of its intervals', () => {
  const readings = [read(5_000, 0.7), read(0, 0.9)];
  assert.equal(freshValue(CONNECTIONS, readings, everyMs, 15_000), 0.7);
  assert.equal(freshValue(CONNECTIONS, readings, everyMs, 15_001), undefined);
});

test('the age that a source tells counts: a value that was old when it was read is stale sooner', () => {
  assert.equal(freshValue(CONNECTIONS, [read(5_000, 0.7, { ageMs: 4_000 })], everyMs, 11_000), 0.7);
  assert.equal(freshValue(CONNECTIONS, [read(5_000, 0.7, { ageMs: 4_000 })], everyMs, 11_001), undefined);
});

test('of several sources the worst is believed, and a slow one holds longer than a quick one', () => {
  const readings = [read(0, 0.3), read(0, 0.9, { source: 'hosted' })];
  assert.equal(freshValue(CONNECTIONS, readings, everyMs, 5_000), 0.9);
  assert.equal(freshValue(CONNECTIONS, readings, everyMs, 100_000), 0.9);
  const hits = readings.map((each) => ({ ...each, signal: 'cache_hit_ratio' }));
  assert.equal(freshValue(HITS, hits, everyMs, 5_000), 0.3);
});

test('readings of other signals and NaN tell nothing', () => {
  const readings = [read(0, 0.9, { signal: 'queue_depth' }), read(0, Number.NaN)];
  assert.equal(freshValue(CONNECTIONS, readings, everyMs, 0), undefined);
});
