import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../gate/judge/random.ts';
import { judge } from '../../gate/judge/verdict.ts';
import { gatesOf, k6ThresholdsOf } from '../../src/thresholds.ts';
import type { Fact, K6Threshold } from '../../src/wire/facts.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { phasesOf, windowsOf } from '../../src/workloads.ts';
import { evidenceOf, healthySummary, PHASES } from './healthy-run.ts';

/** The healthy run with other counts of one criterion, and what is said of it. */
function verdictOn(criterion: string, counts: { seen: number; over: number } | null): CriterionVerdict {
  const others = healthySummary().facts.filter((fact) => fact.criterion !== criterion);
  const facts = counts ? [...others, { criterion, phase: 'normal', ...counts }] : others;
  return judge(evidenceOf({ facts })).criteria.find((verdict) => verdict.criterion === criterion)!;
}

const outcomeOn = (criterion: string, seen: number, over: number) => verdictOn(criterion, { seen, over }).outcome;

test('p95 passes with 90 samples and none over, and not with 89', () => {
  assert.equal(outcomeOn('chat.p95', 90, 0), 'pass');
  assert.equal(outcomeOn('chat.p95', 89, 0), 'inconclusive');
});

test('p99 passes with 459 samples and none over, and not with 458', () => {
  assert.equal(outcomeOn('chat.p99', 459, 0), 'pass');
  assert.equal(outcomeOn('chat.p99', 458, 0), 'inconclusive');
});

test('five over pass from 259 samples for p95 and from 1,307 for p99', () => {
  assert.equal(outcomeOn('chat.p95', 259, 5), 'pass');
  assert.equal(outcomeOn('chat.p95', 258, 5), 'inconclusive');
  assert.equal(outcomeOn('chat.p99', 1307, 5), 'pass');
  assert.equal(outcomeOn('chat.p99', 1306, 5), 'inconclusive');
});

test('459 requests without a failure pass a limit of 1 %, 458 do not', () => {
  assert.equal(outcomeOn('chat.failures.normal', 459, 0), 'pass');
  assert.equal(outcomeOn('chat.failures.normal', 458, 0), 'inconclusive');
});

test('a share beyond the limit fails as soon as there are enough samples to pass with none over', () => {
  assert.equal(outcomeOn('chat.p95', 90, 5), 'fail');
  assert.equal(outcomeOn('chat.p95', 89, 5), 'inconclusive');
  assert.equal(outcomeOn('chat.failures.normal', 459, 5), 'fail');
});

test('a few samples fail when even the lower bound is beyond the limit', () => {
  // 3 of 6 at 0.99: the lower bound is 8.47 %.
  assert.equal(outcomeOn('chat.p95', 6, 3), 'fail');
  assert.equal(outcomeOn('chat.p95', 6, 1), 'inconclusive');
});

test('exactly 5 % over is not beyond a p95, exactly 1 % failed is beyond "less than 1 %"', () => {
  assert.equal(outcomeOn('chat.p95', 2000, 100), 'inconclusive');
  assert.equal(outcomeOn('chat.failures.normal', 2000, 20), 'fail');
});

test('nothing seen is never a pass', () => {
  for (const criterion of ['chat.p95', 'chat.p99', 'chat.failures.normal', 'chat.throughput']) {
    const verdict = verdictOn(criterion, null);
    assert.equal(verdict.outcome, 'inconclusive');
    assert.equal(verdict.actual, null);
    assert.equal(verdict.interval, null);
  }
  assert.equal(outcomeOn('chat.p95', 0, 0), 'inconclusive');
});

test('throughput is a count against its floor', () => {
  // 100 users / 18 s x 190 s x 0.9
  assert.equal(verdictOn('chat.throughput', { seen: 950, over: 0 }).outcome, 'pass');
  const short = verdictOn('chat.throughput', { seen: 949, over: 0 });
  assert.equal(short.outcome, 'fail');
  assert.equal(short.limit, 950);
  assert.equal(short.actual, 949);
  assert.equal(short.over, null);
  assert.equal(outcomeOn('chat.throughput', 0, 0), 'fail');
});

test('the row of a percentile tells limit, value, interval and why it failed', () => {
  const row = verdictOn('chat.p95', { seen: 1000, over: 81 });
  assert.equal(row.limitText, 'p95 < 5 s');
  assert.equal(row.limit, 5000);
  assert.equal(row.unit, 'ms');
  assert.equal(row.actual, 2700);
  assert.equal(row.subject, 'POST /api/chat');
  assert.equal(row.needed, 90);
  assert.equal(row.note, '8.1 % over 5 s or failed; 5 % allowed');
  assert.ok(row.interval!.low > 0.06 && row.interval!.low < 0.081 && row.interval!.high > 0.081);
});

test('an undecided row says what would decide it', () => {
  assert.equal(verdictOn('chat.p95', { seen: 60, over: 0 }).note, '60 samples; at least 90 are needed');
  assert.match(
    verdictOn('chat.failures.normal', { seen: 1000, over: 5 }).note,
    /^0\.5 % failed, which may be 0\.128 % to 1\.3\d* %; less than 1 % allowed; about 2,[0-9]00 samples at this share would settle it$/,
  );
});

test('the counts of several generators are added', () => {
  const facts: Fact[] = [
    { criterion: 'chat.p99', phase: 'normal', seen: 230, over: 0 },
    { criterion: 'chat.p99', phase: 'normal', seen: 229, over: 0 },
  ];
  const p99 = judge(evidenceOf({ facts })).criteria.find(({ criterion }) => criterion === 'chat.p99')!;
  assert.equal(p99.seen, 459);
  assert.equal(p99.outcome, 'pass');
});

test('a hold that ended early passes nothing, fails what is beyond the limit, and falls short of no floor', () => {
  const early = judge(evidenceOf({ durationMs: 100_000 }));
  const counted = early.criteria.filter(({ stat }) => stat !== 'signal');
  assert.deepEqual([...new Set(counted.map(({ outcome }) => outcome))], ['inconclusive']);
  assert.equal(early.criteria[0]!.note, 'the hold ended after 85 s of 190 s');

  const facts = [
    { criterion: 'chat.p95', phase: 'normal', seen: 300, over: 60 },
    { criterion: 'chat.throughput', phase: 'normal', seen: 300, over: 0 },
  ];
  const slow = judge(evidenceOf({ durationMs: 100_000, facts })).criteria;
  assert.equal(slow.find(({ criterion }) => criterion === 'chat.p95')!.outcome, 'fail');
  assert.equal(slow.find(({ criterion }) => criterion === 'chat.throughput')!.outcome, 'inconclusive');
});

test('smoke is judged on point values and says that it proves nothing', () => {
  const phases = phasesOf('chat', 'smoke');
  const smoke = (over: number) => {
    const facts = [
      { criterion: 'chat.p95', phase: 'smoke', seen: 7, over },
      { criterion: 'chat.p99', phase: 'smoke', seen: 7, over },
      { criterion: 'chat.failures.normal', phase: 'smoke', seen: 12, over },
    ];
    const evidence = evidenceOf({ facts }, { profile: 'smoke', windows: windowsOf('chat', phases) });
    return judge({ ...evidence, phases });
  };
  assert.equal(smoke(0).outcome, 'pass');
  assert.equal(smoke(0).provesLoad, false);
  assert.ok(smoke(0).criteria.every(({ note }) => note.includes('no proof of load')));
  assert.equal(smoke(1).outcome, 'fail');

  const nothing = evidenceOf({ facts: [] }, { profile: 'smoke', windows: windowsOf('chat', phases) });
  assert.equal(judge({ ...nothing, phases }).outcome, 'inconclusive');
  assert.equal(judge(evidenceOf()).provesLoad, true);
});

test('where a threshold of k6 fails, the judge never says pass, whatever the counts', () => {
  const random = seeded(7);
  const gates = gatesOf('chat', PHASES).filter(({ criterion }) => criterion.severity === 'must');
  const own = gates.map((gate) => k6ThresholdsOf(gate, PHASES, 1));
  let passes = 0;
  for (let trial = 0; trial < 500; trial++) {
    const facts = gates.map(({ criterion: { id }, phase }) => {
      const seen = Math.floor(random() * 3000);
      return { criterion: id, phase, seen, over: Math.floor(random() ** 4 * seen * 0.05) };
    });
    const distinct = new Map(own.flat().map((each) => [`${each.metric} ${each.expression}`, each]));
    const thresholds: K6Threshold[] = [...distinct.values()].map((each) => ({ ...each, ok: random() > 0.05 }));
    const verdict = judge(evidenceOf({ facts, thresholds }));
    const binding = verdict.criteria.filter(({ severity }) => severity === 'must');
    binding.forEach((row, index) => {
      const failed = own[index]!.some((mine) =>
        thresholds.some(
          ({ metric, expression, ok }) => !ok && metric === mine.metric && expression === mine.expression,
        ),
      );
      if (failed) assert.notEqual(row.outcome, 'pass', `${row.criterion} passes over a failed threshold`);
      if (row.outcome === 'pass') passes++;
    });
    if (thresholds.some(({ ok }) => !ok)) assert.notEqual(verdict.outcome, 'pass');
  }
  assert.ok(passes > 100, 'the trial has passes to lose');
});

test('a threshold that no criterion speaks of keeps a run from passing', () => {
  const thresholds = [{ metric: 'http_req_duration{name:own}', expression: 'p(95)<100', ok: false }];
  const verdict = judge(evidenceOf({ thresholds }));
  assert.equal(verdict.outcome, 'inconclusive');
  assert.deepEqual(
    verdict.reasons.map(({ code }) => code),
    ['k6-threshold'],
  );
});

test('a pass on counts is never a percentile that k6, which interpolates, would call beyond the limit', () => {
  const random = seeded(11);
  let passes = 0;
  for (let trial = 0; trial < 400; trial++) {
    const seen = 90 + Math.floor(random() * 600);
    const limitShare = random() * 0.06;
    const durations = Array.from({ length: seen }, () =>
      random() < limitShare ? 5000 + random() * 5000 : random() * 5000,
    );
    const over = durations.filter((ms) => ms >= 5000).length;
    if (outcomeOn('chat.p95', seen, over) !== 'pass') continue;
    passes++;
    durations.sort((a, b) => a - b);
    const rank = 0.95 * (seen - 1);
    const below = durations[Math.floor(rank)]!;
    const p95 = below + (durations[Math.ceil(rank)]! - below) * (rank % 1);
    assert.ok(p95 < 5000, `p95 ${p95} with ${over} of ${seen} over`);
  }
  assert.ok(passes > 50, 'the trial has passes');
});
