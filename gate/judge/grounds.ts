/** What every verdict on a criterion is drawn from, whatever its statistic. */
import { RUN } from '../../src/behaviour.ts';
import { type Gate, subjectOf } from '../../src/thresholds.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { CriterionVerdict, SignalSource } from '../../src/wire/run-files.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import { type Phase, scenarioOf, type TestName, virtualUsers, WORKLOADS, windowsOf } from '../../src/workloads.ts';
import { duration } from './figures.ts';

/** What the gates of a run are judged on. */
export interface Grounds {
  test: TestName;
  /** null: k6 left no facts. */
  summary: Summary | null;
  /** Of all signals, on the run's clock. */
  signals: readonly SignalReading[];
  signalSources: readonly SignalSource[];
  phases: readonly Phase[];
  pace: number;
  /** How much faster than life videos were processed. */
  processingSpeedup: number;
  /** Users had signed in before the run. */
  sessionsPrepared?: boolean;
  /** One-sided, 0..1. */
  confidence: number;
  /** Judge the value itself, as smoke and quick do: it says that something works, not how sure that is. */
  pointValues: boolean;
}

/** Fields of a verdict that follow from the gate alone. */
export function common({ criterion, phase }: Gate) {
  const { id, severity, stat } = criterion;
  return { criterion: id, phase, severity, subject: subjectOf(criterion), stat };
}

/** Sum over all generators, or undefined when nobody counted the gate. */
export function countsOf({ criterion, phase }: Gate, { summary }: Grounds): { seen: number; over: number } | undefined {
  const facts = summary?.facts.filter((fact) => fact.criterion === criterion.id && fact.phase === phase) ?? [];
  if (facts.length === 0) return undefined;
  return {
    seen: facts.reduce((sum, { seen }) => sum + seen, 0),
    over: facts.reduce((sum, { over }) => sum + over, 0),
  };
}

/** A gate that nobody could look at. */
export function notMeasured(gate: Gate, limit: Pick<CriterionVerdict, 'limitText' | 'limit' | 'unit'>, note: string) {
  return {
    ...common(gate),
    ...limit,
    actual: null,
    seen: 0,
    over: null,
    interval: null,
    needed: 1,
    outcome: 'not measured',
    note,
  } satisfies CriterionVerdict;
}

/** Why less was seen than the gate is about; undefined when all of it was. */
export function cutShort({ criterion, phase }: Gate, grounds: Grounds): string | undefined {
  if (criterion.stat === 'conformance') return unfinishedInspection(grounds);
  const windows = windowsOf(grounds.test, grounds.phases);
  const window = windows.find((planned) => planned.phase === phase);
  const fromMs = window?.fromMs ?? 0;
  const plannedMs = (window ?? windows.at(-1)!).toMs - fromMs;
  const lastedMs = Math.max(0, (grounds.summary?.durationMs ?? 0) - fromMs);
  if (lastedMs >= plannedMs) return undefined;
  return `the ${phase === RUN ? 'load' : 'hold'} ended after ${duration(lastedMs)} of ${duration(plannedMs)}`;
}

/** Inspections end when they have seen all, each in one iteration. */
function unfinishedInspection({ test, phases, summary }: Grounds): string | undefined {
  const inspections = Object.keys(WORKLOADS[test].scenarios)
    .filter((name) => scenarioOf(test, name).model === 'once')
    .reduce((sum, name) => sum + virtualUsers(test, phases, name), 0);
  return (summary?.totals.iterations ?? 0) < inspections ? 'not everything was looked at' : undefined;
}
