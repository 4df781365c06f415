/**
 * baselines/<test>.json: what earlier runs of one configuration measured. Small, text, made to be committed.
 */
import type { Window } from '../workloads.ts';
import type { Configuration } from './run-files.ts';

/** Raised when a field changes its meaning or goes; readers refuse a newer one. */
export const BASELINE_SCHEMA = 1;

/** A headline figure (thresholds.ts, HEADLINES) of one run. */
export interface Figure {
  headline: string;
  /** ms, ratio 0..1 or requests a second, as the headline's statistic says; null when nothing was seen. */
  value: number | null;
  /** Samples behind it. */
  seen: number;
  /**
   * For pictures: how many samples lie in each bin, by the bin's lower end in ms, ascending; empty bins left out. Figures
   * of one route and phase share it, and the first of them has it.
   */
  distribution?: [fromMs: number, samples: number][];
}

/** A run as far as a comparison needs it: the run is the unit of evidence. */
export interface RunFigures {
  runId: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Of the target, or ''. */
  revision: string;
  figures: Figure[];
}

export interface BaselineFile {
  schema: typeof BASELINE_SCHEMA;
  test: string;
  /** ISO 8601, UTC. */
  savedAt: string;
  configuration: Configuration;
  /** What the runs held, and for how long. */
  windows: Window[];
  runs: RunFigures[];
}
