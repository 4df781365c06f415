/**
 * The verdict of a run. Pure: the facts of a run folder in, verdict.json out.
 */
import { type Gate, gatesOf, k6ThresholdsOf } from '../../src/thresholds.ts';
import type { Summary } from '../../src/wire/facts.ts';
import {
  type CriterionVerdict,
  type Reason,
  type RunFile,
  VERDICT_SCHEMA,
  type Verdict,
} from '../../src/wire/run-files.ts';
import type { SignalReading, Timeline } from '../../src/wire/timeline.ts';
import { type Phase, plannedSeconds, type TestName } from '../../src/workloads.ts';
import { judgeGate } from './criteria.ts';
import { count, digits, duration, percent } from './figures.ts';
import { generatorFaults, STOPPED_EXITS } from './generator.ts';
import { judgedBy } from './judged-by.ts';
import { signInLimit } from './sign-in-limit.ts';

/** Tests that show that something works, and nothing about load. */
const LOADLESS: readonly TestName[] = ['quick', 'rate-limits'];

/** One-sided, 0..1: how sure a verdict is, unless somebody asks for another. */
export const CONFIDENCE = 0.99;

/** What a run left to be judged on. */
export interface Evidence {
  /** null when k6 left nothing at all. */
  summary: Summary | null;
  /** The summary's facts were rebuilt from samples, because k6 wrote none. */
  rebuilt: boolean;
  run: RunFile;
  /** Of the platform's signals, on the run's clock; none where nobody read them. */
  signals?: readonly SignalReading[];
  /** What failed where; absent when the samples could not be read. */
  timeline?: Pick<Timeline, 'routes' | 'kinds' | 'failures'> | undefined;
  /** The phases that the run was to hold. */
  phases: readonly Phase[];
  /** PACE of the run: 1 is the workload's own. */
  pace: number;
  /** One-sided; CONFIDENCE unless given. */
  confidence?: number;
}

/**
 * Judges a run. The first that applies:
 *
 * 1. **invalid**: the generator can't be trusted (generator.ts), above all else.
 * 2. **interrupted**: the person pressed Ctrl-C. Whatever had failed by then stays in its criterion, but a hold that its
 *    user cut short is not the hold that was promised, so the run as a whole says nothing.
 * 3. **fail**: a `must` criterion failed, or the target did not stand the load: it died, answered nothing as it should
 *    (also when setup gave up on it), or was too slow to take the arrivals in.
 * 4. **pass**: every `must` criterion that was measured passed, and k6 has no failed threshold that no criterion speaks of.
 * 5. **inconclusive**: everything else. So a run that MAX_AI_CALLS ended is judged by what it saw: its generator is
 *    healthy, a failed criterion stays failed, and holds that it didn't finish can't pass.
 *
 * A `should` criterion is shown and decides nothing. k6's exit code alone is never the verdict: 99 and 0 are facts.
 */
export function judge(evidence: Evidence): Verdict {
  const { run, summary, phases, pace } = evidence;
  const test = run.test as TestName;
  const confidence = evidence.confidence ?? CONFIDENCE;
  const pointValues = run.profile === 'smoke' || LOADLESS.includes(test);
  const gates = gatesOf(test, phases);
  const processingSpeedup = run.configuration.processingSpeedup ?? 1;
  const { signals = [] } = evidence;
  const { signalSources = [] } = run;
  const sessionsPrepared = run.configuration.sessions === 'prepared';
  const grounds = {
    ...{ test, summary, signals, signalSources, phases, pace, processingSpeedup, sessionsPrepared },
    ...{ confidence, pointValues },
  };
  const criteria = gates.map((gate) => judgeGate(gate, grounds));

  const generator = generatorFaults(run, summary, evidence.rebuilt);
  const target = targetFaults(evidence, gates);
  const unspoken = unspokenThresholds(evidence, gates);
  return {
    schema: VERDICT_SCHEMA,
    runId: run.runId,
    test: run.test,
    profile: run.profile,
    outcome: outcomeOf(),
    provesLoad: !pointValues,
    confidence,
    judgedBy: judgedBy(gates, phases, pace, confidence),
    reasons: [
      ...generator,
      ...bothAtLimit(generator, evidence, criteria),
      ...endedEarly(evidence, criteria),
      ...target,
      ...signInLimit(evidence.timeline),
      ...unspoken,
    ],
    criteria,
  };

  function outcomeOf(): Verdict['outcome'] {
    if (generator.length > 0) return 'invalid';
    if (run.interrupted) return 'interrupted';
    const binding = criteria.filter(({ severity, outcome }) => severity === 'must' && outcome !== 'not measured');
    if (target.length > 0 || binding.some(({ outcome }) => outcome === 'fail')) return 'fail';
    const passed = binding.length > 0 && binding.every(({ outcome }) => outcome === 'pass');
    return passed && unspoken.length === 0 ? 'pass' : 'inconclusive';
  }
}

/** What the target did that no single criterion can count, by its code among the reasons of a verdict. */
export const TARGET_FAULTS = ['target-died', 'target-refused', 'dropped-arrivals'] as const;

interface TargetFault extends Reason {
  code: (typeof TARGET_FAULTS)[number];
}

function targetFaults({ run, summary }: Evidence, gates: readonly Gate[]): TargetFault[] {
  const faults: TargetFault[] = [];
  if (run.target.died !== undefined) {
    faults.push({ code: 'target-died', text: `The platform ended by itself during the load (${run.target.died}).` });
  }
  if (!summary) return faults;
  const { requests, failedRequests, iterations, droppedIterations } = summary.totals;
  if (requests > 0 && failedRequests === requests) {
    faults.push({
      code: 'target-refused',
      text: `Not one of ${count(requests)} requests was answered as it should be.`,
    });
  }
  const dropped = droppedIterations / Math.max(1, iterations + droppedIterations);
  const allowed = Math.min(
    ...gates.map(({ criterion }) => (criterion.stat === 'failures' ? criterion.below : Number.POSITIVE_INFINITY)),
  );
  const isSpokenOf = gates.some(({ criterion }) => criterion.stat === 'dropped');
  // An arrival that found nobody free to serve it is a failed request that was never sent.
  if (!isSpokenOf && dropped > 0 && (dropped >= allowed || allowed === Number.POSITIVE_INFINITY)) {
    faults.push({
      code: 'dropped-arrivals',
      text: `${count(droppedIterations)} arrivals (${percent(dropped)}) found no free user, because the platform kept the others waiting.`,
    });
  }
  return faults;
}

function endedEarly({ run, summary, phases }: Evidence, criteria: readonly CriterionVerdict[]): Reason[] {
  const lasted = `after ${duration(summary?.durationMs ?? 0)} of ${duration(plannedSeconds(run.test as TestName, phases) * 1000)}`;
  if (run.interrupted) {
    const failed = criteria
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ criterion, phase }) => `${criterion} in ${phase}`);
    const soFar = failed.length > 0 ? ` Failed by then: ${failed.join(', ')}.` : '';
    return [{ code: 'interrupted', text: `Interrupted ${lasted}.${soFar}` }];
  }
  if (summary?.stopped) return [{ code: 'stopped-early', text: `${summary.stopped}: the run ended ${lasted}.` }];
  if (run.k6.exitCode !== null && STOPPED_EXITS.includes(run.k6.exitCode)) {
    const why = run.k6.errors.at(-1) ?? 'k6 was told to stop';
    return [{ code: 'stopped-early', text: `${why}: the run ended ${lasted}.` }];
  }
  return [];
}

/** When the generator was at its limit and so was the target, what was carried is a lower bound. */
function bothAtLimit(
  generator: readonly Reason[],
  { summary, phases }: Evidence,
  criteria: readonly CriterionVerdict[],
): Reason[] {
  const saturated = generator.some(({ code }) => ['generator-cpu', 'generator-memory', 'lateness'].includes(code));
  if (!summary || !saturated || !criteria.some(({ outcome }) => outcome === 'fail')) return [];
  const carried = phases.map(
    ({ name, holdSeconds }) =>
      summary.latencies.filter(({ phase }) => phase === name).reduce((sum, latency) => sum + latency.count, 0) /
      holdSeconds,
  );
  // Rounded down: it is a bound from below.
  const most = Math.floor(Math.max(0, ...carried) * 10) / 10;
  return [
    {
      code: 'both-at-limit',
      text: `Generator and platform were both at their limit: the platform carries at least ${digits(most)} requests a second.`,
    },
  ];
}

/** Thresholds that failed in k6 and belong to no gate, say of a test that somebody extended. */
function unspokenThresholds({ summary, phases, pace }: Evidence, gates: readonly Gate[]): Reason[] {
  if (!summary || summary.stopped) return [];
  const spoken = gates.flatMap((gate) => k6ThresholdsOf(gate, phases, pace));
  return summary.thresholds
    .filter(
      (threshold) =>
        !threshold.ok &&
        !spoken.some(({ metric, expression }) => metric === threshold.metric && expression === threshold.expression),
    )
    .map(({ metric, expression }) => ({
      code: 'k6-threshold',
      text: `k6's own threshold ${metric} ${expression} failed, and no criterion speaks of it.`,
    }));
}
