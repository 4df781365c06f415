import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordSignals } from '../../gate/observe/record.ts';
import type { Source } from '../../gate/observe/source.ts';
import type { Look } from '../../src/wire/looks.ts';
import { pass, stopClock } from './virtual-time.ts';

/** A source that tells how late it is, or what it is told to. */
function source(changes: Partial<Source> = {}): Source & { looks: number; closed: boolean } {
  const made = {
    name: 'clock',
    everyMs: 5_000,
    looks: 0,
    closed: false,
    async look(): Promise<Look> {
      made.looks++;
      return { values: [{ signal: 'queue_depth', value: Date.now(), ageMs: 0 }] };
    },
    async close() {
      made.closed = true;
    },
    ...changes,
  };
  return made;
}

test('a source is looked at once in 5 s, in the middle of each interval of the run’s clock', async (t) => {
  stopClock(t, 1_000_000);
  const clock = source();
  const recorder = recordSignals([clock], 1_000_000);
  await pass(22_000);
  const { readings, sources } = await recorder.stop();
  assert.deepEqual(
    readings.map(({ atMs }) => atMs),
    [2_500, 7_500, 12_500, 17_500],
  );
  // What was true at that moment, and nothing else.
  assert.deepEqual(
    readings.map(({ value }) => value - 1_000_000),
    [2_500, 7_500, 12_500, 17_500],
  );
  assert.deepEqual(sources, [{ source: 'clock', everyMs: 5_000, looks: 4, failed: 0, problem: '' }]);
  assert.equal(clock.closed, true);
  await pass(10_000);
  assert.equal(clock.looks, 4);
});

test('a slow source neither piles up looks nor falls out of step', async (t) => {
  stopClock(t);
  const slow = source({
    look: () =>
      new Promise((done) => setTimeout(() => done({ values: [{ signal: 'queue_depth', value: 1, ageMs: 0 }] }), 7_000)),
  });
  const recorder = recordSignals([slow], 0);
  await pass(32_000);
  const stopping = recorder.stop();
  await pass(7_000);
  const { readings } = await stopping;
  assert.deepEqual(
    readings.map(({ atMs }) => atMs),
    [9_500, 19_500, 29_500],
  );
});

test('a source of once a minute is looked at early, and then once a minute', async (t) => {
  stopClock(t);
  const minute = source({ everyMs: 60_000 });
  const recorder = recordSignals([minute], 0);
  await pass(130_000);
  const { readings } = await recorder.stop();
  assert.deepEqual(
    readings.map(({ atMs }) => atMs),
    [2_500, 62_500, 122_500],
  );
});

test('a source that fails is counted with its last problem, and its values count all the same', async (t) => {
  stopClock(t);
  const looks: Look[] = [
    { values: [], problem: 'it answers 401' },
    { values: [{ signal: 'db_connections_used_ratio', value: 1, ageMs: 0 }], problem: 'it refuses: too many clients' },
    { values: [{ signal: 'db_connections_used_ratio', value: 0.5, ageMs: 0 }] },
  ];
  const failing = source({ name: 'Postgres', look: async () => looks.shift()! });
  const recorder = recordSignals([failing], 0);
  await pass(15_000);
  const { readings, sources } = await recorder.stop();
  assert.deepEqual(
    readings.map(({ value }) => value),
    [1, 0.5],
  );
  assert.deepEqual(sources, [
    { source: 'Postgres', everyMs: 5_000, looks: 3, failed: 2, problem: 'it refuses: too many clients' },
  ]);
});

test('memory growth is told against the median of minutes two to six', async (t) => {
  stopClock(t);
  // 100 MB and a peak while it warms up, 200 MB when it is warm, then a leak.
  const bytes = () => (Date.now() < 60_000 ? 900e6 : Date.now() < 360_000 ? 200e6 : 300e6);
  const app = source({ look: async () => ({ values: [{ signal: 'memory_bytes', value: bytes(), ageMs: 0 }] }) });
  const recorder = recordSignals([app], 0);
  await pass(370_000);
  const { readings } = await recorder.stop();
  const growth = readings.filter(({ signal }) => signal === 'memory_growth_ratio');
  assert.deepEqual(
    growth.map(({ atMs, value }) => [atMs, value]),
    [
      [362_500, 1.5],
      [367_500, 1.5],
    ],
  );
});
