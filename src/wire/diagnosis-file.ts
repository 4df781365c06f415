/** diagnosis.json: why a run was slow or failed, as far as what it left can tell. */

export const DIAGNOSIS_SCHEMA = 1;

/** The weak points of the platform (PLATFORM.md), in its order. */
export const CAUSE_IDS = [
  'connections',
  'vector-index',
  'ai-limit',
  'video-workers',
  'cache',
  'session-lookup',
  'media',
  'n-plus-one',
] as const;
export type CauseId = (typeof CAUSE_IDS)[number];

/**
 * cause: shown; consequence: shown, but another one brings it about; possible: something speaks for it, not enough;
 * unlikely: what was seen speaks against it; untold: nothing that was seen speaks of it.
 */
export type Standing = 'cause' | 'consequence' | 'possible' | 'unlikely' | 'untold';

export interface Onset {
  /** Second of the run from which on it shows. */
  second: number;
  /** Users in that second; null where nobody counted them. */
  users: number | null;
  /** True where it showed from the first request on, whatever the load. */
  always: boolean;
}

export interface Finding {
  cause: CauseId;
  standing: Standing;
  /** Of a consequence: what brings it about. */
  because: CauseId | null;
  title: string;
  /** 0..1, that the weak point is there. */
  confidence: number;
  severity: 'critical' | 'high' | 'medium';
  /** What it costs in the loaded hold, 0..1 each: requests that it failed, and waiting time that it made. */
  harm: { failed: number; time: number };
  onset: Onset | null;
  /** In words, with figures; the weightiest first. */
  supporting: string[];
  against: string[];
  /** What would have told more. */
  missing: string[];
  fix: string;
  /** US dollars a month. */
  monthlyCost: number;
  /** What would prove it. */
  proof: string;
}

/** How far something moved from the calm part of the run to its highest load. */
export interface Shift {
  title: string;
  unit: 'ms' | 'ratio' | 'count' | 'per minute';
  /** Medians. */
  calm: number;
  loaded: number;
  /** Interquartile ranges of the calm part. */
  shift: number;
}

export interface Diagnosis {
  runId: string;
  test: string;
  /**
   * explained: at least one weak point is shown. unexplained: something is wrong, and none of the weak points is it. well:
   * nothing is wrong and none shows. blind: too little was seen to say anything.
   */
  outcome: 'explained' | 'unexplained' | 'well' | 'blind';
  /** What is to be explained, one line each; empty when nothing is wrong. */
  symptoms: string[];
  /** Causes first, by what they cost; then consequences, then the rest by confidence. */
  findings: Finding[];
  /** The farthest first; empty without a calm part. */
  shifts: Shift[];
  /** What the run was compared with, in words; '' when it had no calm part. */
  calm: string;
  /** What this run can't tell, one line each. */
  blindSpots: string[];
}

export interface DiagnosisFile extends Diagnosis {
  schema: typeof DIAGNOSIS_SCHEMA;
}
