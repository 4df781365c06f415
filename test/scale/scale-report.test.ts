import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined, type Measured, report } from './scale-report.ts';

const STEP: Measured = {
  ...{ users: 5_000, generators: 4, pace: 0.5, maxUsers: 5_000, k6Version: '2.2.0', requestsPerSecond: 300.4 },
  ...{ peakBytes: 2.5e9, cores: 0.6, latenessMs: 3.25, faults: [] },
};

test('A step shows what 1,000 users cost, and what 100,000 would need at full pace', () => {
  const text = report([STEP], 2);
  assert.match(
    text,
    /^\| 5,000 \| 4 \| 0\.5 \| 300 \| 2500 MB \| 500 MB \| 0\.60 cores \| 0\.12 cores \| 3\.3 ms \| carried \|$/m,
  );
  // 20 times 2.5 GB; 20 times 0.6 cores at half the pace are 24 at full pace, which are 80 % of 30.
  assert.match(text, /100,000 users need about 50 GB of memory and 30 cores/);
});

test('What a step that was not carried cost is told, and nothing is derived from it', () => {
  const text = report([{ ...STEP, faults: ['k6 used 95 % of its 2 cores.'] }], 2);
  assert.match(text, /k6 used 95 % of its 2 cores\. \|$/m);
  assert.match(text, /Nothing was carried/);
  assert.match(report([{ ...STEP, maxUsers: 4_000 }], 2), /only 4000 were there/);
});

test('Steps of another time join those before; what was measured again counts, and the largest is last', () => {
  const small = { ...STEP, users: 100, generators: 1, pace: 1 };
  const again = { ...small, cores: 0.1 };
  assert.deepEqual(joined([STEP, small], [again]), [again, STEP]);
});
