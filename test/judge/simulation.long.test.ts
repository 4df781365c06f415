/**
 * What a comparison is worth, found by trying: 1,000 pairs of five identical versions, and the same with every answer of
 * the new version 20 % slower. Beside launchgate's own the two usual ways, on the same runs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../gate/judge/compare.ts';
import { shareInterval } from '../../gate/judge/intervals.ts';
import { seeded } from '../../gate/judge/random.ts';
import { deviationOf } from '../../gate/judge/scale.ts';
import { healthyRun } from './healthy-run.ts';
import { mannWhitney } from './mann-whitney.ts';
import { type Noise, type SimulatedRun, simulateRun, slowedDown } from './simulated-run.ts';

const TRIALS = 1_000;
const RUNS = 5;
const LATENCIES = ['chat.p50.normal', 'chat.p95.normal', 'chat.p95.peak', 'chat.p50.stress', 'chat.p95.stress'];
const P95 = 'chat.p95.stress';

/** Headline figures of which a way of comparing says that they changed. */
type Comparing = (old: readonly SimulatedRun[], now: readonly SimulatedRun[]) => string[];

const OWN = 'launchgate compare, 5 v 5 runs';

const WAYS: Record<string, Comparing> = {
  [OWN]: (old, now) => changed(old, now),
  'launchgate compare, 5 v 1 run': (old, now) => changed(old, now.slice(0, 1)),
  'means of 5 v 5 runs differ by > 10 %': (old, now) => differing(old, now),
  'two single runs differ by > 10 %': (old, now) => differing(old.slice(0, 1), now.slice(0, 1)),
  'Mann-Whitney over windows of 5 v 5, p < .02': (old, now) => shifted(old, now),
  'Mann-Whitney over windows of 1 v 1, p < .02': (old, now) => shifted(old.slice(0, 1), now.slice(0, 1)),
};

function changed(old: readonly SimulatedRun[], now: readonly SimulatedRun[]): string[] {
  const result = compare('chat', sideOf(old), sideOf(now));
  if ('refused' in result) throw new Error(result.refused);
  return result.changes
    .filter(({ verdict }) => verdict === 'regressed' || verdict === 'improved')
    .map(({ headline }) => headline);
}

function sideOf(runs: readonly SimulatedRun[]) {
  const { configuration, windows } = healthyRun();
  return {
    configuration,
    windows,
    runs: runs.map(({ figures }) => ({ runId: '', startedAt: '', revision: '', figures })),
  };
}

function differing(old: readonly SimulatedRun[], now: readonly SimulatedRun[]): string[] {
  return LATENCIES.filter((headline) => {
    const mean = (runs: readonly SimulatedRun[]) =>
      runs.reduce((sum, run) => sum + figureOf(run, headline), 0) / runs.length;
    return Math.abs(mean(now) / mean(old) - 1) > 0.1;
  });
}

function shifted(old: readonly SimulatedRun[], now: readonly SimulatedRun[]): string[] {
  const windows = (runs: readonly SimulatedRun[], headline: string) => runs.flatMap((run) => run.windows[headline]!);
  return LATENCIES.filter((headline) => mannWhitney(windows(old, headline), windows(now, headline)) < 0.02);
}

function figureOf(run: SimulatedRun, headline: string): number {
  return run.figures.find((figure) => figure.headline === headline)!.value!;
}

interface Rates {
  /** Identical versions: a claim on any headline figure. */
  falseAlarms: number;
  /** 20 % slower: a claim on any headline figure. */
  noticed: number;
  /** 20 % slower: a claim on the p95 under stress. */
  found: number;
}

function simulate(noise: Noise): { spread: number; rates: Record<string, Rates> } {
  const random = seeded(20_260_101);
  const rates = Object.fromEntries(Object.keys(WAYS).map((way) => [way, { falseAlarms: 0, noticed: 0, found: 0 }]));
  const p95s: number[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const runs = Array.from({ length: 2 * RUNS }, () => simulateRun(noise, random));
    const old = runs.slice(0, RUNS);
    const now = runs.slice(RUNS);
    const slow = now.map((run) => slowedDown(run, 1.2));
    p95s.push(...runs.map((run) => Math.log(figureOf(run, P95))));
    for (const [way, claimed] of Object.entries(WAYS)) {
      const claims = claimed(old, slow);
      if (claimed(old, now).length > 0) rates[way]!.falseAlarms++;
      if (claims.length > 0) rates[way]!.noticed++;
      if (claims.includes(P95)) rates[way]!.found++;
    }
  }
  return { spread: deviationOf(p95s), rates };
}

function table({ spread, rates }: ReturnType<typeof simulate>): string {
  const cell = (hits: number) => {
    const { low, high } = shareInterval(hits, TRIALS, 0.975);
    return `${((100 * hits) / TRIALS).toFixed(1)} % (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`.padEnd(
      24,
    );
  };
  return [
    `p95 under stress spreads by ${(100 * spread).toFixed(1)} % from run to run; ${TRIALS} trials, exact 95 % intervals`,
    `${''.padEnd(46)}${'false alarms'.padEnd(24)}${'+20 % noticed'.padEnd(24)}+20 % p95 found`,
    ...Object.entries(rates).map(
      ([way, { falseAlarms, noticed, found }]) => `${way.padEnd(46)}${cell(falseAlarms)}${cell(noticed)}${cell(found)}`,
    ),
  ].join('\n');
}

test('runs that spread by 5 %: at most 5 % false alarms, and 20 % more found in at least 95 % of comparisons', (context) => {
  const result = simulate({ betweenRuns: 0.04, withinRun: 0.035 });
  context.diagnostic(table(result));
  const own = result.rates[OWN]!;
  assert.ok(Math.abs(result.spread - 0.05) < 0.002, `${result.spread}`);
  assert.ok(own.falseAlarms <= 0.05 * TRIALS, `${own.falseAlarms} false alarms`);
  assert.ok(own.found >= 0.95 * TRIALS, `${own.found} found`);
});

test('runs that spread by 5 % and drift by 5 % inside: false alarms stay within 5 %', (context) => {
  const result = simulate({ betweenRuns: 0.05, withinRun: 0.05 });
  context.diagnostic(table(result));
  assert.ok(result.rates[OWN]!.falseAlarms <= 0.05 * TRIALS);
});

test('runs that spread by 11 %: false alarms stay within 5 %, where a fixed 10 % raises them in every fifth', (context) => {
  const result = simulate({ betweenRuns: 0.1, withinRun: 0.05 });
  context.diagnostic(table(result));
  assert.ok(result.rates[OWN]!.falseAlarms <= 0.05 * TRIALS);
  assert.ok(result.rates['means of 5 v 5 runs differ by > 10 %']!.falseAlarms > 0.15 * TRIALS);
});
