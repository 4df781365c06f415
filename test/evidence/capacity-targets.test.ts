import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engset } from './capacity-targets.ts';

test('of two others who hold the only place half of their time, one has it in two cases of three', () => {
  assert.ok(Math.abs(engset(3, 1, 0.5) - 2 / 3) < 1e-12);
});

test('of very many users who each ask seldom, what is refused is what tables of Erlang’s formula say', () => {
  // Offered traffic that 10, 20 and 30 lines refuse 1 % of.
  for (const [lines, erlangs] of [
    [10, 4.461],
    [20, 12.03],
    [30, 20.34],
  ] as const) {
    const users = 100_000;
    assert.ok(Math.abs(engset(users, lines, erlangs / users) - 0.01) < 2e-5, `${lines} lines`);
  }
});
