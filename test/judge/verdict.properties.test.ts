import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Evidence, judge } from '../../gate/judge/verdict.ts';
import { addUp } from '../../gate/runs/samples/add-up.ts';
import { CRITERIA, gatesOf, isShare, limitOfSignal } from '../../src/thresholds.ts';
import { FAILURE_KINDS } from '../../src/wire/api.ts';
import type { Fact, Latency, Summary } from '../../src/wire/facts.ts';
import type { Verdict } from '../../src/wire/run-files.ts';
import { SIGNALS, type SignalName } from '../../src/wire/signals.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import {
  PROFILES,
  phasesOf,
  plannedSeconds,
  TEST_NAMES,
  WORKLOADS,
  type Workload,
  windowsOf,
} from '../../src/workloads.ts';
import { alwaysHolds } from '../property.ts';
import { healthyRun, healthySummary } from './healthy-run.ts';

const load = fc.constantFrom(...TEST_NAMES).chain((name) =>
  fc.record({
    test: fc.constant(name),
    profile: fc.constantFrom(...PROFILES.filter((each) => (WORKLOADS[name] as Workload).profiles[each])),
  }),
);

/** Few and many samples, of which none, a few, some or all are over the limit. */
const counts = fc
  .tuple(
    fc.oneof(fc.nat(3), fc.nat(600), fc.nat(100_000)),
    fc.oneof(fc.constant(0), fc.double({ max: 0.1, min: 0, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  )
  .map(([seen, share]) => ({ seen, over: Math.round(seen * share) }));

const reading: fc.Arbitrary<Omit<SignalReading, 'atMs'> & { at: number }> = fc.record({
  signal: fc.constantFrom(...SIGNALS.map(({ name }) => name)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.oneof(fc.constantFrom(0, 0.5, 1, 100), fc.double()),
  ageMs: fc.nat(60_000),
  source: fc.constantFrom('a', 'b'),
});

/** A run of a healthy generator, in which the platform did anything. */
const evidence: fc.Arbitrary<Evidence> = load.chain(({ test, profile }) => {
  const phases = phasesOf(test, profile);
  const gates = gatesOf(test, phases);
  const lastsMs = plannedSeconds(test, phases) * 1_000;
  const windows = windowsOf(test, phases);
  return fc
    .record({
      facts: fc.tuple(...gates.map(() => counts)),
      lasted: fc.constantFrom(1, 1, 1, 0.6, 0),
      requests: fc.nat(100_000),
      dropped: fc.oneof(fc.constant(0), fc.nat(1_000)),
      p95: fc.double({ min: 1, max: 20_000, noNaN: true }),
      readings: fc.array(reading, { maxLength: 20 }),
    })
    .map(({ facts, lasted, requests, dropped, p95, readings }): Evidence => {
      const usual = healthySummary();
      const summary: Summary = {
        ...usual,
        ...{ test, profile, durationMs: lasted * lastsMs },
        facts: gates
          .map(({ criterion, phase }, at): Fact => ({ criterion: criterion.id, phase, ...facts[at]! }))
          // Signals are read by the gate, or counted by k6.
          .filter((_, at) => readings.length === 0 || gates[at]!.criterion.stat !== 'signal'),
        latencies: gates.flatMap(({ criterion, phase }) =>
          'route' in criterion ? [{ ...usual.latencies[0]!, route: criterion.route, phase, p95, p99: p95 }] : [],
        ),
        totals: { ...usual.totals, maxUsers: 100_000, requests, droppedIterations: dropped, failedRequests: 0 },
      };
      const run = healthyRun({ test, profile, windows });
      const signals = readings.map(({ at, ...rest }): SignalReading => ({ ...rest, atMs: Math.floor(at * lastsMs) }));
      return { summary, rebuilt: false, run, signals, phases, pace: 1 };
    });
});

/** How bad, from pass on; what was not measured or proves nothing lies beside that. */
const badness = (outcome: string) => ['pass', 'inconclusive', 'fail'].indexOf(outcome);
const byGate = ({ criteria }: Verdict) =>
  Object.fromEntries(criteria.map(({ criterion, phase, outcome }) => [`${criterion} ${phase}`, outcome]));

/** The evidence with one of its facts changed. */
function withFact(given: Evidence, at: number, change: (fact: Fact) => Fact | undefined): Evidence {
  const { summary } = given;
  const facts = summary!.facts.flatMap((fact, index) => (index === at ? (change(fact) ?? []) : fact));
  return { ...given, summary: { ...summary!, facts } };
}

/** The evidence of one of its gates left out: a percentile beside an earlier one rests on latencies, all else on facts. */
function without(given: Evidence, at: number): Evidence {
  return isRelative(given, at) ? withLatencies(given, at, () => []) : withFact(given, at, () => undefined);
}

/** The same evidence, and nothing in it. */
function withNothing(given: Evidence, at: number): Evidence {
  return isRelative(given, at)
    ? withLatencies(given, at, (latency) => [{ ...latency, count: 0 }])
    : withFact(given, at, (fact) => ({ ...fact, seen: 0, over: 0 }));
}

function isRelative({ summary }: Evidence, at: number): boolean {
  const stat = CRITERIA.find(({ id }) => id === summary!.facts[at]!.criterion)!.stat;
  return stat === 'recovery' || stat === 'drift';
}

/** The evidence with the latencies of one fact's phase changed. */
function withLatencies(given: Evidence, at: number, change: (latency: Latency) => Latency[]): Evidence {
  const { phase } = given.summary!.facts[at]!;
  const latencies = given.summary!.latencies.flatMap((each) => (each.phase === phase ? change(each) : each));
  return { ...given, summary: { ...given.summary!, latencies } };
}

const pick = fc.nat();
const indexOf = ({ summary }: Evidence, picked: number) => picked % summary!.facts.length;

test('a verdict is told of every run, with figures that agree with each other', () => {
  alwaysHolds(
    fc.property(evidence, (given) => {
      const { outcome, criteria, reasons } = judge(given);
      assert.ok(['pass', 'fail', 'inconclusive'].includes(outcome), `${outcome}: ${JSON.stringify(reasons)}`);
      for (const { seen, over, interval, actual, outcome: each } of criteria) {
        if (interval) {
          assert.ok(0 <= interval.low && interval.low <= over! / seen && over! / seen <= interval.high);
          assert.ok(interval.high <= 1);
        }
        if (each === 'pass') assert.ok(seen > 0);
        if (each !== 'pass' && each !== 'fail') continue;
        assert.ok(actual === null || Number.isFinite(actual), `${actual}`);
      }
      if (outcome !== 'pass') return;
      const musts = criteria.filter(({ severity }) => severity === 'must').map((verdict) => verdict.outcome);
      assert.ok(musts.includes('pass') && musts.every((each) => each === 'pass' || each === 'not measured'));
    }),
    200,
  );
});

test('more violations never make anything better', () => {
  alwaysHolds(
    fc.property(evidence, pick, fc.nat(), (given, picked, more) => {
      const worse = withFact(given, indexOf(given, picked), (fact) => ({
        ...fact,
        over: fact.over + (more % (fact.seen - fact.over + 1)),
      }));
      const [before, after] = [judge(given), judge(worse)];
      assert.ok(badness(after.outcome) >= badness(before.outcome), `${before.outcome} became ${after.outcome}`);
      const [old, now] = [byGate(before), byGate(after)];
      for (const gate of Object.keys(old)) assert.ok(badness(now[gate]!) >= badness(old[gate]!), gate);
    }),
    200,
  );
});

test('samples within the limit take no pass of a share away', () => {
  alwaysHolds(
    fc.property(evidence, pick, fc.nat(10_000), (given, picked, more) => {
      const at = indexOf(given, picked);
      const { criterion, phase } = given.summary!.facts[at]!;
      const gate = gatesOf(given.run.test as never, given.phases).find(
        (each) => each.criterion.id === criterion && each.phase === phase,
      );
      if (!isShare(gate!.criterion)) return;
      const [before, after] = [given, withFact(given, at, (fact) => ({ ...fact, seen: fact.seen + more }))].map(judge);
      if (byGate(before!)[`${criterion} ${phase}`] !== 'pass') return;
      assert.equal(byGate(after!)[`${criterion} ${phase}`], 'pass');
      assert.ok(badness(after!.outcome) <= badness(before!.outcome));
    }),
    200,
  );
});

test('what was not counted, and a run that ended early, never pass', () => {
  alwaysHolds(
    fc.property(evidence, pick, (given, picked) => {
      const at = indexOf(given, picked);
      const { criterion, phase } = given.summary!.facts[at]!;
      const key = `${criterion} ${phase}`;
      for (const lacking of [without(given, at), withNothing(given, at)]) {
        assert.notEqual(byGate(judge(lacking))[key], 'pass', key);
      }
      const cut = { ...given, summary: { ...given.summary!, durationMs: 0 } };
      // Inspections are done when all was looked at, however soon that is.
      assert.ok(judge(cut).criteria.every(({ stat, outcome }) => outcome !== 'pass' || stat === 'conformance'));
      assert.notEqual(judge({ ...given, summary: null }).outcome, 'pass');
      assert.notEqual(judge({ ...given, summary: { ...given.summary!, facts: [] } }).outcome, 'pass');
    }),
    100,
  );
});

test('a reading beyond its limit never makes a signal better, and one reading less never makes a pass of too few', () => {
  alwaysHolds(
    fc.property(evidence, reading, pick, (given, extra, picked) => {
      const signals = given.signals!;
      const limit = limitOfSignal(extra.signal as SignalName);
      const value = limit && 'below' in limit ? limit.below : limit && 'above' in limit ? limit.above : -1;
      const bad = { ...extra, value, atMs: Math.floor(extra.at * given.summary!.durationMs) };
      const [before, worse, fewer] = [
        given,
        { ...given, signals: [...signals, bad] },
        { ...given, signals: signals.filter((_, index) => index !== picked % signals.length) },
      ].map((each) => judge(each).criteria.filter(({ stat }) => stat === 'signal'));
      for (const [index, { outcome, criterion }] of before!.entries()) {
        if (outcome === 'fail') assert.equal(worse![index]!.outcome, 'fail', criterion);
        if (worse![index]!.outcome === 'pass') assert.equal(outcome, 'pass', criterion);
        if (fewer![index]!.outcome === 'pass') assert.ok(['pass', 'fail'].includes(outcome), criterion);
      }
    }),
    100,
  );
});

/** What several processes counted of one load. */
const shares = fc
  .array(
    evidence.map(({ summary }) => summary!),
    { minLength: 3, maxLength: 5 },
  )
  .chain((summaries) =>
    fc.record({
      summaries: fc.constant(summaries.map((summary) => ({ ...summary, ...same(summaries[0]!) }))),
      failures: fc.array(
        fc.record({
          kind: fc.constantFrom(...FAILURE_KINDS),
          phase: fc.constantFrom('normal', 'peak'),
          count: fc.nat(50),
        }),
      ),
    }),
  )
  .map(({ summaries, failures }) =>
    summaries.map((summary, index) => ({
      ...summary,
      failures: failures.filter((_, at) => at % summaries.length === index),
    })),
  );
const same = ({ test, profile, runId }: Summary) => ({ test, profile, runId });

/** Without the order in which things were first met, which is nobody's. */
const sorted = (summary: Summary) => ({
  ...summary,
  facts: [...summary.facts].sort((a, b) => (`${a.criterion} ${a.phase}` < `${b.criterion} ${b.phase}` ? -1 : 1)),
  failures: [...summary.failures].sort((a, b) => (`${a.kind} ${a.phase}` < `${b.kind} ${b.phase}` ? -1 : 1)),
});

test('shares of a run add up to the same, whatever their order and whichever are added first', () => {
  alwaysHolds(
    fc.property(shares, fc.nat(), (parts, cut) => {
      const at = 1 + (cut % (parts.length - 1));
      const whole = sorted(addUp(parts, undefined));
      assert.deepEqual(sorted(addUp(parts.toReversed(), undefined)), whole);
      const halves = [parts.slice(0, at), parts.slice(at)].map((half) => addUp(half, undefined));
      assert.deepEqual(sorted(addUp(halves, undefined)), whole);
    }),
    50,
  );
});

test('a run whose counts are dealt out to several processes is judged as if one had counted them', () => {
  alwaysHolds(
    fc.property(evidence, fc.integer({ min: 2, max: 6 }), fc.nat(), (given, processes, seed) => {
      const whole = given.summary!;
      const deal = (count: number, process: number) => {
        const base = Math.floor(count / processes);
        return base + ((process + seed) % processes < count % processes ? 1 : 0);
      };
      const parts = Array.from(
        { length: processes },
        (_, process): Summary => ({
          ...whole,
          facts: whole.facts.map((fact) => {
            const over = deal(fact.over, process);
            return { ...fact, over, seen: over + deal(fact.seen - fact.over, process) };
          }),
          totals: Object.fromEntries(
            Object.entries(whole.totals).map(([name, count]) => [name, deal(count, process)]),
          ) as unknown as Summary['totals'],
        }),
      );
      const { latencies, serverParts } = whole;
      const merged = addUp(parts, { latencies, serverParts });
      assert.deepEqual(merged, whole);
      assert.deepEqual(judge({ ...given, summary: merged }), judge(given));
    }),
    50,
  );
});
