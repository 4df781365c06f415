import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsTable, worstCriterion } from '../../gate/cli/all-table.ts';
import type { CriterionVerdict, Verdict } from '../../src/wire/run-files.ts';

function criterion(id: string, changes: Partial<CriterionVerdict> = {}): CriterionVerdict {
  return {
    criterion: id,
    phase: 'normal',
    severity: 'must',
    subject: 'POST /api/chat',
    limitText: '',
    stat: 'p95',
    limit: 5_000,
    unit: 'ms',
    actual: 2_000,
    seen: 1_000,
    over: 0,
    interval: null,
    needed: 90,
    outcome: 'pass',
    note: '',
    ...changes,
  };
}

test('the worst criterion is a failed one, then an undecided one; a should criterion never is', () => {
  const passed = criterion('chat.p95');
  const undecided = criterion('chat.p99', { outcome: 'inconclusive' });
  const failed = criterion('chat.failures.normal', { outcome: 'fail', over: 30 });
  const wish = criterion('chat.throughput', { outcome: 'fail', severity: 'should' });
  assert.equal(worstCriterion([passed, undecided, failed, wish]), failed);
  assert.equal(worstCriterion([passed, undecided, wish]), undecided);
  assert.equal(worstCriterion([criterion('chat.p95', { outcome: 'not measured', actual: null })]), undefined);
});

test('of several that passed it is the one that used up most of what is allowed', () => {
  // 30 of 1,000 are 60 % of the 5 % that p95 allows, 8 of 1,000 are 80 % of the 1 % of p99.
  const p95 = criterion('chat.p95', { over: 30 });
  const p99 = criterion('chat.p99', { over: 8 });
  assert.equal(worstCriterion([p95, p99]), p99);
});

test('a line a test says how it ended, what was worst, how long it took and where the report is', () => {
  const verdict = { outcome: 'fail', criteria: [criterion('chat.p95', { outcome: 'fail' })] } as Verdict;
  const lines = endsTable(
    [
      {
        test: 'chat',
        ms: 385_000,
        result: { kind: 'judged', folder: '/project/results/chat/r1', verdict, interrupted: false, unkept: [] },
      },
      { test: 'auth', ms: 2_000, result: { kind: 'stopped', why: 'inconclusive', problems: ['auth is too much'] } },
      { test: 'mixed', ms: 2_000, result: { kind: 'stopped', why: 'unreachable', problems: ['nothing listens'] } },
    ],
    '/project',
  );
  assert.deepEqual(lines, [
    'test   verdict       worst criterion           took  report',
    'chat   fail          chat.p95 in normal: fail  6:25  results/chat/r1/report.html',
    'auth   not measured  auth is too much          0:02',
    'mixed  not run       nothing listens           0:02',
  ]);
});
