import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Costs, money, planOf } from '../../gate/judge/plan.ts';
import { planLines } from '../../gate/judge/plan-lines.ts';
import { readCosts } from '../../gate/runs/folder/costs.ts';
import type { CapacityFile } from '../../src/wire/capacity-file.ts';

const capacity = (changes: Partial<CapacityFile>): CapacityFile => ({
  ...{ schema: 1, test: 'chat', target: 'embedded', setup: 'free', startedAt: '2026-01-01T00:00:00Z', minutes: 10 },
  ...{ budgetMinutes: 30, requests: 1_000, low: 14, high: 16, sure: { low: true, high: true }, thin: false },
  ...{ ended: 'done', confidence: 0.99, binding: 'ai-use', headroom: [], steps: [], ...changes },
});

const costs = async (): Promise<Costs> => {
  const read = await readCosts('costs.json');
  if (!read.ok) assert.fail(read.problem);
  return read.costs;
};

test('the costs that come with the project are the checklist’s: 0 and 205 dollars', async () => {
  const { setups } = planOf(await costs(), new Map());
  assert.deepEqual(
    setups.map(({ name, monthly, low }) => [name, monthly, low]),
    [
      ['free', 0, null],
      ['recommended', 205, null],
    ],
  );
});

test('fixes come in the order in which their limits bind, with what each buys for a dollar and what binds then', async () => {
  // 14 users use all but a tenth of the AI and a quarter of the connections. Waiting times and throughput tell nothing of
  // more users, and the criterion that no fix lifts must not keep the others from their order.
  const headroom = [
    { criterion: 'chat.throughput', used: 0.95 },
    { criterion: 'chat.p95', used: 0.93 },
    { criterion: 'ai-use', used: 0.9 },
    { criterion: 'chat.connections', used: 0.25 },
  ];
  const { fixes, unmet } = planOf(await costs(), new Map([['free', capacity({ headroom })]]));
  assert.deepEqual(
    fixes.map(({ lifts, from, to, usersPerDollar, next }) => [lifts, from, to, usersPerDollar, next]),
    [
      ['ai-use', 15, 56, 0.41, 'chat.connections'],
      ['chat.connections', 56, null, null, ''],
    ],
  );
  assert.ok(unmet.includes('vector index'));
});

test('what broke comes first, also where nothing was seen of it below', async () => {
  const headroom = [{ criterion: 'chat.connections', used: 0.25 }];
  const { fixes } = planOf(await costs(), new Map([['free', capacity({ binding: 'chat.failures.normal', headroom })]]));
  assert.deepEqual(
    fixes.map(({ lifts, from, next }) => [lifts, from, next]),
    [
      ['chat.failures.normal', 15, 'chat.connections'],
      ['chat.connections', 56, ''],
    ],
  );
});

test('of two fixes for one limit the cheaper comes first', async () => {
  const { setups, currency, fixes } = await costs();
  const cheap = { name: 'answer cache', monthly: 10, lifts: ['ai-use'] };
  const plan = planOf({ setups, currency, fixes: [...fixes, cheap] }, new Map([['free', capacity({})]]));
  assert.deepEqual(
    plan.fixes.map(({ fix }) => fix),
    ['answer cache'],
  );
});

test('a setup costs so much for each 1,000 users that it carries', async () => {
  const { setups } = planOf(await costs(), new Map([['recommended', capacity({ low: 820, high: 900 })]]));
  assert.equal(setups[1]!.costPerThousand, 250);
});

test('all fixes together have their price for a user, where both ends were measured', async () => {
  const both = new Map([
    ['free', capacity({ low: 14 })],
    ['recommended', capacity({ low: 1_000, high: null })],
  ]);
  const { whole } = planOf(await costs(), both);
  assert.deepEqual(whole, { name: 'recommended', monthly: 205, from: 14, to: 1_000, usersPerDollar: 986 / 205 });
  assert.equal(planOf(await costs(), new Map([['free', capacity({})]])).whole, null);
});

test('promises that don’t hold are named: an AI tier counts tokens too, and measured users may be fewer', async () => {
  const { remarks } = planOf(await costs(), new Map([['recommended', capacity({ low: 500, high: 540 })]]));
  // 2,000,000 tokens / (3.33 messages a minute x 1,155 tokens) = 519 users; 4,000 requests alone would carry 1,200.
  const [ai, measured, ...rest] = remarks.filter((remark) => remark.startsWith('recommended'));
  assert.match(
    ai!,
    /1,000 users are promised, and its AI tier carries 519.*4,000 requests carry 1,200.*output tokens carry 568/,
  );
  assert.equal(measured, 'recommended: 1,000 users are promised, 500 to 540 were measured.');
  assert.deepEqual(rest, []);
});

test('a promise inside what was measured is no remark', async () => {
  const { remarks } = planOf(await costs(), new Map([['free', capacity({ low: 14, high: 16 })]]));
  assert.deepEqual(
    remarks.filter((remark) => remark.startsWith('free') && remark.includes('measured')),
    [],
  );
});

test('the table says what was not measured, and how to', async () => {
  const lines = planLines(planOf(await costs(), new Map([['free', capacity({})]]))).join('\n');
  assert.match(lines, /free +\$0 +14 to 16 users +\$0 +ai-use/);
  assert.match(lines, /recommended +\$205 +not measured +- +\.\/launchgate capacity --setup recommended/);
  assert.equal(money(13.4, 'EUR'), '13.4 EUR');
});

test('a costs file that can’t be used is one line with the field', async () => {
  const read = await readCosts('package.json');
  assert.ok(!read.ok && read.problem.startsWith('package.json: currency: '));
});
