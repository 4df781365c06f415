import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import type { Fact, Latency } from '../../src/wire/facts.ts';
import type { CriterionVerdict, RunFile, Verdict } from '../../src/wire/run-files.ts';
import { type Phase, type Profile, phasesOf, plannedSeconds, type TestName, windowsOf } from '../../src/workloads.ts';
import { healthyRun, healthySummary } from './healthy-run.ts';

interface Run {
  test: TestName;
  profile?: Profile;
  facts?: Fact[];
  latencies?: Latency[];
  iterations?: number;
  /** Of the whole schedule, 0..1. */
  lasted?: number;
  configuration?: Partial<RunFile['configuration']>;
}

/** The verdict on a run of another test than chat, in which nothing went wrong but what is said. */
function verdictOf({ test, profile = 'standard', lasted = 1, ...run }: Run): Verdict {
  const phases: readonly Phase[] = phasesOf(test, profile);
  const { facts = [], latencies = [], iterations = 1_000 } = run;
  const summary = healthySummary({ facts, latencies, durationMs: plannedSeconds(test, phases) * 1000 * lasted });
  summary.totals.iterations = iterations;
  summary.totals.maxUsers = 1_000;
  const configuration = { ...healthyRun().configuration, ...run.configuration };
  return judge({
    summary,
    rebuilt: false,
    run: healthyRun({ test, profile, windows: windowsOf(test, phases), configuration }),
    phases,
    pace: 1,
  });
}

function row(verdict: Verdict, criterion: string, phase: string): CriterionVerdict {
  const found = verdict.criteria.find((each) => each.criterion === criterion && each.phase === phase);
  return found ?? assert.fail(`no ${criterion} in ${phase}`);
}

function latency(route: string, phase: string, p95: number, count = 500): Latency {
  return { route, phase, count, avg: p95 / 2, min: 1, med: p95 / 2, p90: p95, p95, p99: p95, max: p95 };
}

test('a percentile of a group of routes is judged like that of one', () => {
  const facts = [{ criterion: 'database.dashboards.p95', phase: 'peak', seen: 2_000, over: 3 }];
  const latencies = [latency('dashboards', 'peak', 870)];
  const judged = row(verdictOf({ test: 'database', facts, latencies }), 'database.dashboards.p95', 'peak');
  assert.deepEqual([judged.outcome, judged.actual, judged.subject], ['pass', 870, 'dashboards']);
});

test('the time of a part that the platform does not tell is not measured', () => {
  const empty = [{ criterion: 'database.vector.p95', phase: 'peak', seen: 0, over: 0 }];
  const judged = row(verdictOf({ test: 'database', facts: empty }), 'database.vector.p95', 'peak');
  assert.deepEqual([judged.outcome, judged.actual], ['not measured', null]);

  const slow = [{ criterion: 'database.vector.p95', phase: 'peak', seen: 400, over: 100 }];
  assert.equal(row(verdictOf({ test: 'database', facts: slow }), 'database.vector.p95', 'peak').outcome, 'fail');
});

test('signals are not measured while there is no source', () => {
  const judged = row(verdictOf({ test: 'database' }), 'database.connections', 'peak');
  assert.deepEqual([judged.outcome, judged.limit, judged.unit], ['not measured', 0.8, 'ratio']);
});

test('arrivals that found no free user are a share of all arrivals, over the whole run', () => {
  const dropped = (seen: number, over: number) =>
    row(
      verdictOf({ test: 'auth', facts: [{ criterion: 'auth.dropped', phase: 'run', seen, over }] }),
      'auth.dropped',
      'run',
    );
  // 0.5 % at 0.99 needs 919 arrivals of which none is dropped.
  assert.equal(dropped(919, 0).outcome, 'pass');
  assert.equal(dropped(918, 0).outcome, 'inconclusive');
  assert.equal(dropped(9_000, 90).outcome, 'fail');
  assert.equal(dropped(9_000, 90).limitText, 'dropped < 0.5 %');
  assert.match(dropped(9_000, 90).note, /^1 % found no free user/);
});

test('where a criterion speaks of dropped arrivals, no other sentence does', () => {
  const verdict = verdictOf({
    test: 'auth',
    facts: [{ criterion: 'auth.dropped', phase: 'run', seen: 9_000, over: 90 }],
  });
  assert.ok(!verdict.reasons.some(({ code }) => code === 'dropped-arrivals'));
  assert.equal(verdict.outcome, 'fail');
});

test('a run that ended early can pass nothing that speaks of all of it', () => {
  const facts = [{ criterion: 'auth.dropped', phase: 'run', seen: 5_000, over: 0 }];
  const judged = row(verdictOf({ test: 'auth', facts, lasted: 0.5 }), 'auth.dropped', 'run');
  assert.equal(judged.outcome, 'inconclusive');
  assert.match(judged.note, /^the load ended after /);
});

test('recovery is the p95 afterwards beside 1.5 times the p95 before', () => {
  const recovery = (before: number, after: number, count = 500) =>
    row(
      verdictOf({
        test: 'database',
        latencies: [latency('dashboards', 'fill', before, count), latency('dashboards', 'recovery', after, count)],
      }),
      'database.recovery',
      'recovery',
    );
  assert.equal(recovery(400, 600).outcome, 'pass');
  assert.equal(recovery(400, 601).outcome, 'fail');
  assert.equal(recovery(400, 601).note, 'fill had 400 ms');
  assert.deepEqual([recovery(400, 500).limit, recovery(400, 500).limitText], [600, 'p95 <= 600 ms']);
  assert.equal(recovery(400, 500, 89).outcome, 'inconclusive');
  assert.equal(row(verdictOf({ test: 'database' }), 'database.recovery', 'recovery').outcome, 'inconclusive');
});

test('a few milliseconds more are no lack of recovery', () => {
  const latencies = [latency('dashboards', 'fill', 6), latency('dashboards', 'recovery', 50)];
  assert.equal(row(verdictOf({ test: 'database', latencies }), 'database.recovery', 'recovery').outcome, 'pass');
});

test('drift is judged against the beginning', () => {
  const latencies = [latency('POST /api/chat', 'early', 2_000), latency('POST /api/chat', 'late', 2_401)];
  const judged = row(verdictOf({ test: 'soak', latencies }), 'soak.drift.chat', 'late');
  assert.deepEqual([judged.outcome, judged.limit, judged.actual], ['fail', 2_400, 2_401]);
});

test('users who had signed in before the run leave sign-in not measured, which keeps nothing from passing', () => {
  const signIn = (configuration: { sessions?: 'prepared' }) =>
    row(verdictOf({ test: 'mixed', configuration }), 'mixed.sign-in.p95', 'stress');
  assert.deepEqual(
    [signIn({ sessions: 'prepared' }).outcome, signIn({ sessions: 'prepared' }).note],
    ['not measured', 'users had signed in before the run (SESSIONS_FILE)'],
  );
  assert.equal(signIn({}).outcome, 'inconclusive');
});

test('videos are counted an hour of processing, which the embedded platform makes shorter', () => {
  const rate = (seen: number, processingSpeedup: number) =>
    row(
      verdictOf({
        test: 'video',
        facts: [{ criterion: 'video.processing.rate', phase: 'stress', seen, over: 0 }],
        configuration: { processingSpeedup },
      }),
      'video.processing.rate',
      'stress',
    );
  // A hold of 90 s is 90 minutes of it.
  assert.deepEqual([rate(150, 60).outcome, rate(150, 60).actual], ['pass', 100]);
  assert.deepEqual([rate(149, 60).outcome, rate(149, 60).note], ['fail', '149 videos in 5,400 s of processing']);
  assert.equal(rate(0, 60).outcome, 'fail');
});

test('a minute of real processing is too short to tell a rate', () => {
  const judged = row(verdictOf({ test: 'video' }), 'video.processing.rate', 'stress');
  assert.equal(judged.outcome, 'not measured');
  assert.match(judged.note, /90 s of processing/);
});

const EXACT = { criterion: 'rate-limits.minute.exact', phase: 'basic' };

test('an inspection passes when every look found what was promised, and fails at the first that did not', () => {
  const inspected = (seen: number, over: number, iterations = 16) =>
    row(verdictOf({ test: 'rate-limits', facts: [{ ...EXACT, seen, over }], iterations }), EXACT.criterion, 'basic');
  assert.equal(inspected(2, 0).outcome, 'pass');
  assert.deepEqual([inspected(2, 1).outcome, inspected(2, 1).note], ['fail', '1 of 2 looks found it otherwise']);
  assert.equal(inspected(0, 0).outcome, 'inconclusive');
  // Fifteen of sixteen inspectors came to their end.
  assert.equal(inspected(2, 0, 15).outcome, 'inconclusive');
});

test('what a run is too short to inspect is not measured, and lets the rest pass', () => {
  const verdict = verdictOf({
    test: 'rate-limits',
    facts: [{ ...EXACT, seen: 2, over: 0 }],
    iterations: 16,
    lasted: 0.2,
  });
  assert.equal(row(verdict, 'rate-limits.hour.recovery', 'pro').outcome, 'not measured');
  assert.equal(verdict.outcome, 'pass');
  assert.equal(verdict.provesLoad, false);
});
