import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyUnfit } from '../../gate/judge/baseline.ts';
import { compare } from '../../gate/judge/compare.ts';
import { comparisonLines } from '../../gate/judge/comparison-lines.ts';
import { figuresOf } from '../../gate/judge/headlines.ts';
import { selfCheck } from '../../gate/judge/selfcheck.ts';
import { judge } from '../../gate/judge/verdict.ts';
import { HEADLINES } from '../../src/thresholds.ts';

import type { Change, Comparison } from '../../src/wire/comparison-file.ts';
import { phasesOf, TEST_NAMES, windowsOf } from '../../src/workloads.ts';

import { evidenceOf, healthySummary, PHASES } from './healthy-run.ts';
import { runsOf, sideOf } from './runs-of.ts';

/** Five runs around 1,000 ms whose logarithms spread by 5 %. */
const SPREAD = [-0.06325, -0.03162, 0, 0.03162, 0.06325].map((deviation) => 1000 * Math.exp(deviation));
const WINDOWS = windowsOf('chat', PHASES);
const slower = (values: readonly number[], factor: number) => values.map((value) => value * factor);

function compared(old: Parameters<typeof sideOf>[0], now: Parameters<typeof sideOf>[0]): Comparison {
  const result = compare('chat', sideOf(old), sideOf(now));
  if ('refused' in result) assert.fail(result.refused);
  return result;
}

function change(headline: string, old: readonly number[], now: readonly number[]): Change {
  return compared({ [headline]: old }, { [headline]: now }).changes[0]!;
}

test('a test that proves load has at most eight headline figures, each of its own phases', () => {
  for (const name of TEST_NAMES.filter((each) => each !== 'quick' && each !== 'rate-limits')) {
    const own = HEADLINES.filter(({ test }) => test === name);
    const phases = phasesOf(name, 'standard').map((phase) => phase.name);
    assert.ok(own.every(({ phase }) => phases.includes(phase)));
    assert.ok(own.length > 0 && own.length <= 8, `${name} has ${own.length}`);
    assert.equal(new Set(own.map(({ id }) => id)).size, own.length);
  }
});

test('headline figures are read from the facts of a run', () => {
  assert.deepEqual(figuresOf(healthySummary(), WINDOWS), [
    { headline: 'chat.p50.normal', value: 1400, seen: 1054 },
    { headline: 'chat.p95.normal', value: 2700, seen: 1054 },
    { headline: 'chat.failures.normal', value: 1 / 1500, seen: 1500 },
  ]);
  assert.equal(figuresOf(healthySummary({ latencies: [], facts: [] }), WINDOWS)[1]!.value, null);
});

test('one figure has the difference and the interval of a hand-computed t test on logarithms', () => {
  const { change: ratio, interval, old, verdict } = change('chat.p95.normal', SPREAD, slower(SPREAD, 1.2));
  // Spread 0.05, error 0.05 x sqrt(2/5) = 0.03162; t(8) is below 2.0902 with 0.965 and below 3.3554 with 0.995.
  assert.ok(Math.abs(ratio - 0.2) < 1e-9);
  assert.ok(Math.abs(interval.low - Math.expm1(0.18232 - 2.0902 * 0.03162)) < 1e-3, `${interval.low}`);
  assert.ok(Math.abs(interval.high - Math.expm1(0.18232 + 3.3554 * 0.03162)) < 1e-3, `${interval.high}`);
  assert.ok(Math.abs(old.center - 1000) < 0.01);
  assert.ok(Math.abs(old.spread! - Math.expm1(0.05)) < 1e-4);
  assert.equal(verdict, 'regressed');
});

test('slower latency is regressed and higher throughput improved', () => {
  assert.equal(change('chat.p95.normal', SPREAD, slower(SPREAD, 1 / 1.3)).verdict, 'improved');
  assert.equal(change('chat.throughput.stress', SPREAD, slower(SPREAD, 1.3)).verdict, 'improved');
  assert.equal(change('chat.throughput.stress', SPREAD, slower(SPREAD, 1 / 1.3)).verdict, 'regressed');
});

test('runs that agree within the margin are equivalent, however surely they differ', () => {
  assert.equal(change('chat.p95.normal', SPREAD, SPREAD).verdict, 'equivalent');
  const steady = [1000, 1001, 999, 1002, 998];
  const surely = change('chat.p95.normal', steady, slower(steady, 1.05));
  assert.ok(surely.interval.low > 0);
  assert.equal(surely.verdict, 'equivalent');
});

test('what spreads too much for either claim is inconclusive', () => {
  const wild = [700, 850, 1000, 1150, 1400];
  assert.equal(change('chat.p95.normal', wild, slower(wild, 1.15)).verdict, 'inconclusive');
});

test('a single new run is compared by a prediction interval, and is blinder', () => {
  const one = change('chat.p95.normal', SPREAD, [1200]);
  const five = change('chat.p95.normal', SPREAD, slower(SPREAD, 1.2));
  // Error 0.05 x sqrt(1 + 1/5) = 0.05477; t(4) is below 2.4559 with 0.965.
  assert.ok(Math.abs(one.interval.low - Math.expm1(0.18232 - 2.4559 * 0.05477)) < 1e-3, `${one.interval.low}`);
  assert.equal(one.verdict, 'regressed');
  assert.equal(one.new.spread, null);
  assert.ok(one.detectable > 0.25 && five.detectable < 0.2, `${one.detectable} ${five.detectable}`);
});

test('failures are compared in points, and none on either side is equivalent', () => {
  const none = [0, 0, 0, 0, 0];
  assert.equal(change('chat.failures.normal', none, none).verdict, 'equivalent');
  const worse = change('chat.failures.normal', none, [0.011, 0.012, 0.01, 0.013, 0.012]);
  assert.equal(worse.verdict, 'regressed');
  assert.ok(Math.abs(worse.change - 0.0116) < 1e-9);
});

test('one failure in one run of five is no claim', () => {
  assert.notEqual(change('chat.failures.normal', [0, 0, 0, 0, 0], [0, 0, 0.001, 0, 0]).verdict, 'regressed');
});

test('more figures that could raise an alarm make each interval wider', () => {
  const wild = [700, 850, 1000, 1150, 1400];
  const other = [1000, 1400, 700, 1150, 850];
  const alone = change('chat.p95.normal', wild, wild).interval.low;
  const both = { 'chat.p95.normal': wild, 'chat.p50.normal': other };
  const among = compared(both, both).changes.find(({ headline }) => headline === 'chat.p95.normal')!.interval.low;
  assert.ok(among < alone * 1.1, `${among} ${alone}`);
});

test('figures that stay within the margin by themselves cost the others nothing', () => {
  const wild = [700, 850, 1000, 1150, 1400];
  const calm = [1000, 1004, 998, 1002, 996];
  const alone = change('chat.p95.normal', wild, wild).interval.low;
  const both = { 'chat.p95.normal': wild, 'chat.p50.normal': calm };
  const among = compared(both, both).changes.find(({ headline }) => headline === 'chat.p95.normal')!.interval.low;
  assert.ok(Math.abs(among - alone) < 1e-9);
});

test('a figure that some run lacks is named, not compared', () => {
  const result = compared(
    { 'chat.p95.normal': SPREAD, 'chat.p50.normal': [900, null, 900, 900, 900] },
    { 'chat.p95.normal': SPREAD, 'chat.p50.normal': SPREAD },
  );
  assert.deepEqual(result.missing, ['chat.p50.normal']);
  assert.deepEqual(
    result.changes.map(({ headline }) => headline),
    ['chat.p95.normal'],
  );
});

test('fewer than three baseline runs are refused', () => {
  const result = compare('chat', sideOf({ 'chat.p95.normal': [1, 2] }), sideOf({ 'chat.p95.normal': SPREAD }));
  assert.match('refused' in result ? result.refused : '', /has 2 of at least 3 runs/);
});

test('another configuration is refused, with each difference named', () => {
  const now = sideOf({ 'chat.p95.normal': SPREAD });
  const result = compare('chat', sideOf({ 'chat.p95.normal': SPREAD }), {
    ...now,
    configuration: { ...now.configuration, users: 500, k6Version: '1.1.0' },
  });
  assert.match(
    'refused' in result ? result.refused : '',
    /users 100 in the baseline, 500 now; k6 version 2\.2\.0 in the baseline, 1\.1\.0 now/,
  );
});

test('runs that prove nothing or can’t be trusted are unfit; failed ones are fit', () => {
  assert.equal(whyUnfit(judge(evidenceOf())), undefined);
  assert.equal(whyUnfit({ ...judge(evidenceOf()), outcome: 'fail' }), undefined);
  assert.match(whyUnfit(judge(evidenceOf(null)))!, /no summary/);
  assert.match(whyUnfit({ ...judge(evidenceOf()), profile: 'smoke', provesLoad: false })!, /smoke proves nothing/);
});

test('the lines stand in columns, with a tilde where nothing is claimed', () => {
  const lines = comparisonLines(
    compared(
      { 'chat.p50.normal': SPREAD, 'chat.p95.normal': slower(SPREAD, 2.7) },
      { 'chat.p50.normal': SPREAD, 'chat.p95.normal': slower(SPREAD, 3.51) },
    ),
  );
  assert.equal(lines.length, 3);
  assert.match(
    lines[1]!,
    /^chat\.p50\.normal {2}1 s ± 5\.13 % +1 s ± 5\.13 % +~ \(-[\d.]+ % to \+[\d.]+ %\) +5\+5 +equivalent/,
  );
  assert.match(
    lines[2]!,
    /^chat\.p95\.normal {2}2\.7 s ± 5\.13 % +3\.51 s ± 5\.13 % +\+30 % \(\+[\d.]+ % to \+[\d.]+ %\) +5\+5 +regressed/,
  );
  assert.equal(lines[1]!.indexOf('5+5'), lines[2]!.indexOf('5+5'));
});

test('a self-check of five runs simulates others like them', () => {
  const check = selfCheck('chat', runsOf({ 'chat.p95.normal': SPREAD }), { old: 5, new: 5 });
  if ('refused' in check) assert.fail(check.refused);
  assert.equal(check.source, 'simulated');
  assert.ok(Math.abs(check.headlines[0]!.spread - Math.expm1(0.05)) < 1e-4);
  assert.ok(check.alarmRate.low < 0.05 && check.alarms / check.comparisons < 0.08, `${check.alarms}`);
  // One figure, 5 v 5, 5 %: the noncentral t gives 13.4 % at 95 % power.
  const { detectable } = check.headlines[0]!;
  assert.ok(detectable > 0.11 && detectable < 0.17, `${detectable}`);
});

test('a self-check of ten runs deals the real ones out anew', () => {
  const runs = runsOf({ 'chat.p95.normal': [...SPREAD, ...slower(SPREAD, 1.01)] });
  const check = selfCheck('chat', runs, { old: 5, new: 5 });
  if ('refused' in check) assert.fail(check.refused);
  assert.equal(check.source, 'drawn');
  assert.ok(check.alarms / check.comparisons < 0.1, `${check.alarms}`);
  assert.match(JSON.stringify(selfCheck('chat', runs.slice(0, 2), { old: 5, new: 5 })), /at least 3 runs/);
});
