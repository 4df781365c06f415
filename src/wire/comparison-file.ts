/**
 * comparison.json: what a comparison of runs with the baseline concluded, and what from. It lies in the folder of the
 * newest of the new runs.
 */
import type { Window } from '../workloads.ts';
import type { RunFigures } from './baseline-file.ts';
import type { Configuration } from './run-files.ts';

/** Raised when a field changes its meaning or goes; readers refuse a newer one. */
export const COMPARISON_SCHEMA = 1;

/** Values of one figure on one side. */
export interface Level {
  /** Geometric mean (failures: mean) over the runs, in the figure's unit. */
  center: number;
  /** Standard deviation between runs: relative to the center (failures: a share); null for a single run. */
  spread: number | null;
  runs: number;
}

export type ChangeVerdict = 'regressed' | 'improved' | 'equivalent' | 'inconclusive';

/** One headline figure (thresholds.ts, HEADLINES). */
export interface Change {
  headline: string;
  stat: 'p50' | 'p95' | 'p99' | 'failures' | 'throughput';
  old: Level;
  new: Level;
  /** 0.2 is 20 % more; for failures the difference of the shares. */
  change: number;
  /** Holds in at least 96 of 100 comparisons. Same unit as `change`. */
  interval: { low: number; high: number };
  verdict: ChangeVerdict;
  /** Smallest change for the worse that such runs find 95 times in 100. Same unit as `change`, never negative. */
  detectable: number;
  /** The same for a single new run against this baseline. */
  detectableAlone: number;
  /** What is surely smaller is equivalent. Same unit as `change`. */
  margin: number;
}

export interface Comparison {
  test: string;
  oldRuns: number;
  newRuns: number;
  /** regressed when any figure is; equivalent or improved only when no figure is left open. */
  verdict: ChangeVerdict;
  changes: Change[];
  /** Headline figures that some run doesn't have: shown, not compared. */
  missing: string[];
}

export interface ComparisonFile extends Comparison {
  schema: typeof COMPARISON_SCHEMA;
  /** ISO 8601, UTC. */
  comparedAt: string;
  configuration: Configuration;
  windows: Window[];
  /** The baseline's. */
  old: RunFigures[];
  /** The newest first. */
  new: RunFigures[];
}
