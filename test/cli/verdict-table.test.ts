import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { nextStep, verdictLines } from '../../gate/cli/verdict-table.ts';
import type { CriterionVerdict, Verdict } from '../../src/wire/run-files.ts';

const P95: CriterionVerdict = {
  criterion: 'chat.p95',
  phase: 'normal',
  severity: 'must',
  subject: 'POST /api/chat',
  limitText: 'p95 < 5 s',
  stat: 'p95',
  limit: 5_000,
  unit: 'ms',
  actual: 2_412,
  seen: 1_055,
  over: 3,
  interval: { low: 0, high: 0.01 },
  needed: 90,
  outcome: 'pass',
  note: 'a note that nobody needs',
};
const FAILURES: CriterionVerdict = {
  ...P95,
  criterion: 'chat.failures.loaded',
  phase: 'peak',
  limitText: 'failures < 2 %',
  unit: 'ratio',
  actual: 0.0312,
  seen: 12_345,
  outcome: 'fail',
  note: 'most of them rate-limited',
};
const THROUGHPUT: CriterionVerdict = {
  ...P95,
  criterion: 'chat.throughput',
  phase: 'stress',
  severity: 'should',
  limitText: 'requests >= 3,000',
  unit: 'requests',
  actual: null,
  seen: 0,
  outcome: 'inconclusive',
  note: '',
};
const VERDICT: Verdict = {
  schema: 1,
  runId: 'x',
  test: 'chat',
  profile: 'standard',
  outcome: 'fail',
  provesLoad: true,
  confidence: 0.99,
  reasons: [{ code: 'target-died', text: 'The platform ended by itself.' }],
  criteria: [P95, FAILURES, THROUGHPUT],
};

test('The table is aligned, with a note under what did not pass, reasons and the outcome after it', () => {
  assert.deepEqual(verdictLines(VERDICT, false), [
    '',
    'criterion                 phase   limit               actual  samples  verdict',
    'chat.p95                  normal  p95 < 5 s           2.41 s    1,055  pass',
    'chat.failures.loaded      peak    failures < 2 %       3.1 %   12,345  fail',
    '  most of them rate-limited',
    'chat.throughput (should)  stress  requests >= 3,000  no data        0  inconclusive',
    '',
    'The platform ended by itself.',
    'chat standard: FAIL (confidence 0.99)',
  ]);
});

test('Colours change nothing but colours', () => {
  const plain = verdictLines(VERDICT, true).map(stripVTControlCharacters);
  assert.deepEqual(plain, verdictLines(VERDICT, false));
  assert.ok(verdictLines(VERDICT, true).at(-1)!.includes('\u001b[31mFAIL\u001b[0m'));
});

test('A smoke run says that it proves nothing about load', () => {
  const smoke = { ...VERDICT, profile: 'smoke', outcome: 'pass', provesLoad: false } as const;
  assert.match(verdictLines(smoke, false).at(-1)!, /^chat smoke: PASS \(.*proves nothing about load\)$/);
});

test('Every outcome has one next step', () => {
  for (const outcome of ['pass', 'fail', 'inconclusive', 'invalid', 'interrupted'] as const) {
    assert.match(nextStep({ ...VERDICT, outcome }, 'results/chat/x'), /^Next: [^\n]+\.$/);
  }
});

test('What only conforms or not is a table of properties and tiers, with what deviates below', () => {
  const conforms = { ...P95, stat: 'conformance', outcome: 'pass' as const };
  const lines = verdictLines(
    {
      ...VERDICT,
      reasons: [],
      criteria: [
        { ...conforms, criterion: 'rate-limits.minute.exact', phase: 'free' },
        {
          ...conforms,
          criterion: 'rate-limits.minute.exact',
          phase: 'basic',
          outcome: 'fail',
          note: 'request 21 was let through',
        },
        {
          ...conforms,
          criterion: 'rate-limits.minute.exact',
          phase: 'pro',
          outcome: 'fail',
          note: 'request 21 was let through',
        },
        { ...conforms, criterion: 'rate-limits.quota', phase: 'free' },
      ],
    },
    false,
    ['rate limit chat of basic: more than 20 were let through', ...Array(9).fill('and so on')],
  );
  assert.deepEqual(lines.slice(0, 8), [
    '',
    'property                  free  basic  pro',
    'rate-limits.minute.exact  pass  fail   fail',
    'rate-limits.quota         pass  –      –',
    '  rate-limits.minute.exact, basic, pro: request 21 was let through',
    '',
    'The test logged:',
    '  rate limit chat of basic: more than 20 were let through',
  ]);
  assert.equal(lines[15], '  and 2 more, see the report');
});
