/**
 * What a watch of the server has seen: the report of `./launchgate monitor --out <file>.json`; of a watch of a set length
 * also results/watch/<UTC time>/watch.json.
 */
import type { Counts } from './signal-history.ts';
import type { SignalName } from './signals.ts';

/** Raised when a field changes its meaning or goes; readers refuse a newer one. */
export const WATCH_SCHEMA = 1;

/** An alert from when it fired until its reason was gone. */
export interface WatchedAlert {
  alert: string;
  signal: SignalName;
  severity: string;
  /** What was seen when it fired, with value and limit. */
  text: string;
  /** ISO 8601, UTC. */
  firedAt: string;
  /** null when it still fired at the end. */
  resolvedAt: string | null;
}

/** A signal over the whole watch, in its own unit. */
export interface WatchedSignal {
  signal: SignalName;
  readings: number;
  low: number;
  mean: number;
  high: number;
  /** e.g. `< 80 %`; '' where nothing is promised. */
  limitText: string;
}

/** One stretch of the watch. */
export interface WatchedStretch {
  /** ISO 8601, UTC. */
  from: string;
  /** Looks at /api/health, and of these, how many found the platform unwell or gone. */
  healthLooks: number;
  unhealthy: number;
  /** What the platform's own counters counted; a kind that no source counts is absent. */
  counts: Counts;
}

export interface WatchedSource {
  source: string;
  everyMs: number;
  looks: number;
  /** Of these, with a problem. */
  failed: number;
}

/** Something that people should know, as often as it began. */
export interface WatchedNote {
  /** ISO 8601, UTC. */
  at: string;
  source: string;
  text: string;
}

/**
 * alerts: at least one fired. inconclusive: none did, but too little was seen to say that all was well. well: neither.
 */
export type WatchOutcome = 'well' | 'alerts' | 'inconclusive';

export interface WatchFile {
  schema: typeof WATCH_SCHEMA;
  /** Host of the platform. */
  target: string;
  /** Of the platform, as the watch began; absent where nobody asked, '' where it did not tell. */
  revision?: string;
  startedAt: string;
  endedAt: string;
  /** How long it was to be; null for a watch without an end. */
  plannedMs: number | null;
  interrupted: boolean;
  outcome: WatchOutcome;
  /** Why it is inconclusive, one line each. */
  reasons: string[];
  alerts: WatchedAlert[];
  signals: WatchedSignal[];
  /** Signals with a promise that no source told. */
  notMeasured: SignalName[];
  sources: WatchedSource[];
  stretchMs: number;
  stretches: WatchedStretch[];
  notes: WatchedNote[];
}
