import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, worstExit } from '../../gate/cli/exit-codes.ts';

test('the worst of several exit codes is the first of 130, 1, 2, 3, 4, 99, 6, 7, 5, 0', () => {
  const left = Object.values(EXIT) as number[];
  const order: number[] = [];
  while (left.length > 0) {
    const worst = worstExit(left);
    order.push(worst);
    left.splice(left.indexOf(worst), 1);
  }
  assert.deepEqual(order, [130, 1, 2, 3, 4, 99, 6, 7, 5, 0]);
  assert.equal(worstExit([]), 0);
  assert.equal(worstExit([0, 42]), 1);
});
