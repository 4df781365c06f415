/** The audit against the embedded platform; audit.long.test.ts has each weak point alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audited, foundIn, SLOW_ENOUGH } from './audited.ts';

test('weak points of the free setup are found, all but the index, which so few rows do not miss', async () => {
  const findings = foundIn(await audited('free', SLOW_ENOUGH));
  assert.deepEqual([...new Set(findings.map(({ weakPoint }) => weakPoint))].sort(), [1, 3, 4, 5, 6, 7, 8]);
});

test('nothing is found in the recommended setup, and what was not seen says why', async () => {
  const findings = await audited('recommended', SLOW_ENOUGH);
  assert.deepEqual(foundIn(findings), []);
  const blind = findings.filter(({ outcome }) => outcome === 'not seen');
  assert.ok(blind.some(({ id }) => id === 'ai-queue'));
  for (const { seen } of blind) assert.match(seen, /\.$/);
});
