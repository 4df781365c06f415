import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryForFiles } from '../../gate/runs/start/file-memory.ts';
import { phasesOf } from '../../src/workloads.ts';

test('video full says how much memory its files take, and tells Go; what sends small files says nothing', () => {
  assert.deepEqual(memoryForFiles('video', phasesOf('video', 'full'), 'full'), {
    notice: 'k6 keeps files to send in memory: about 1.0 GB beside its usual.',
    env: { GOMEMLIMIT: '2000000000' },
  });
  for (const [name, profile] of [['video', 'standard'] as const, ['chat', 'full'] as const]) {
    assert.deepEqual(memoryForFiles(name, phasesOf(name, profile), profile), { notice: undefined, env: {} });
  }
});
