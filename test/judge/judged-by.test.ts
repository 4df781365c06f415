import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgedBy } from '../../gate/judge/judged-by.ts';
import { judge } from '../../gate/judge/verdict.ts';
import type { Criterion, Gate } from '../../src/thresholds.ts';
import { type Phase, phasesOf } from '../../src/workloads.ts';
import { evidenceOf } from './healthy-run.ts';

const P95 = {
  ...{ id: 'chat.p95', test: 'chat', route: 'POST /api/chat', phases: ['normal'], stat: 'p95', below: 5_000 },
  ...{ severity: 'must', source: 'the checklist' },
} as const satisfies Criterion;
const FLOOR = {
  ...{ id: 'chat.throughput', test: 'chat', route: 'POST /api/chat', scenario: 'students', phases: ['normal'] },
  ...{ stat: 'throughput', atLeast: 0.9, severity: 'must', source: 'the design' },
} as const satisfies Criterion;

const PHASES = phasesOf('chat', 'gate');

interface Changes {
  criterion?: Criterion;
  phases?: readonly Phase[];
  pace?: number;
  confidence?: number;
}

function printOf({ criterion = P95, phases = PHASES, pace = 1, confidence = 0.99 }: Changes = {}): string {
  const gates: Gate[] = [criterion, FLOOR].map((each) => ({ criterion: each, phase: 'normal' }));
  return judgedBy(gates, phases, pace, confidence);
}

test('a verdict says by what it was judged, and two of the same criteria say the same', () => {
  assert.match(judge(evidenceOf()).judgedBy!, /^[0-9a-f]{64}$/);
  assert.equal(judge(evidenceOf()).judgedBy, judge(evidenceOf({}, { runId: 'another' })).judgedBy);
});

const OTHERS: [what: string, changes: Changes][] = [
  ['another limit', { criterion: { ...P95, below: 4_000 } }],
  ['another severity', { criterion: { ...P95, severity: 'should' } }],
  ['another route', { criterion: { ...P95, route: 'POST /api/chat/session' as typeof P95.route } }],
  ['another confidence', { confidence: 0.95 }],
  ['a floor of another pace', { pace: 2 }],
  ['a floor of a longer hold', { phases: PHASES.map((hold) => ({ ...hold, holdSeconds: hold.holdSeconds + 1 })) }],
];

for (const [what, changes] of OTHERS) {
  test(`${what} is another fingerprint`, () => assert.notEqual(printOf(changes), printOf()));
}

const SAME: [what: string, criterion: Criterion][] = [
  ['where a promise was made', { ...P95, source: 'a meeting' }],
  ['what it says of other phases', { ...P95, phases: ['normal', 'peak'] }],
  ['the order of its fields', Object.fromEntries(Object.entries(P95).reverse()) as unknown as Criterion],
];

for (const [what, criterion] of SAME) {
  test(`${what} changes no fingerprint`, () => assert.equal(printOf({ criterion }), printOf()));
}
