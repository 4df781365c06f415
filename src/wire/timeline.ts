/**
 * timeline.json: what a run looked like second by second, for pictures and diagnosis. It judges nothing. Everything in
 * it adds up: rows with the same leading indexes may occur more than once and mean their sum, and histograms merge, so
 * that seconds, routes and generators can be put together in any way.
 */
import type { GeneratorReading } from './run-files.ts';

/** Raised when a field changes its meaning or goes; readers refuse a newer one. */
export const TIMELINE_SCHEMA = 1;

/**
 * Requests of one route in one phase that were *sent* in one second (k6 stamps the end; the duration is taken off).
 * `phase` and `route` are indexes into the lists of the timeline. `latency` holds the successful requests only, in µs: an
 * HdrHistogram of three significant digits in the portable V2 encoding (deflated, base64), or '' when all failed.
 */
export type TimelineCell = [
  second: number,
  phase: number,
  route: number,
  requests: number,
  failed: number,
  latency: string,
];

/** Failures counted in one second; `kind` is an index, and so are `phase` and `route`. */
export type FailureCell = [second: number, phase: number, route: number, kind: number, count: number];

/** `Server-Timing` durations received in one second; `part` is an index, and so are `phase` and `route`. */
export type ServerTimeCell = [
  second: number,
  phase: number,
  route: number,
  part: number,
  count: number,
  totalMs: number,
];

/** All requests of one route in one phase; `latency` as in TimelineCell. */
export interface RouteLatency {
  phase: number;
  route: number;
  requests: number;
  failed: number;
  latency: string;
}

export interface SlowRequest {
  /** ms since the run began, when it was sent. */
  atMs: number;
  route: string;
  phase: string;
  ms: number;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** Of the request, where the test sent one; else ''. */
  requestId: string;
}

/** Failed requests that look alike: same route, status and error text. */
export interface ErrorSample {
  route: string;
  /** Of the first one. */
  phase: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** k6's error code (1050 timeout, 1212 refused, …); 0 when it gave none. */
  code: number;
  /** k6's error text, or ''. */
  message: string;
  count: number;
  /** ms since the run began, of the first one. */
  firstAtMs: number;
}

/** One reading of a server-side signal, such as `db_connections_used_ratio`. */
export interface SignalReading {
  signal: string;
  /** ms since the run began, when it was taken. */
  atMs: number;
  /** In the signal's own unit: ratios are 0..1. */
  value: number;
  /** How old the value was when it was taken, where its source tells; else 0. */
  ageMs: number;
  /** Who told it, for people; absent where there was only one to tell. */
  source?: string;
}

export interface Timeline {
  schema: typeof TIMELINE_SCHEMA;
  runId: string;
  /** Second 0 begins here: run.json's startedAt. */
  startedAt: string;
  phases: string[];
  /** Fixed route names; '' where a row belongs to none. */
  routes: string[];
  kinds: string[];
  parts: string[];
  cells: TimelineCell[];
  failures: FailureCell[];
  serverTime: ServerTimeCell[];
  /** Virtual users in each second; null where k6 said nothing. */
  users: (number | null)[];
  /** Arrivals that found no free virtual user, [second, count]. */
  dropped: [second: number, count: number][];
  latencies: RouteLatency[];
  /** Slowest first. */
  slowest: SlowRequest[];
  /** Most frequent first. */
  errors: ErrorSample[];
  /** Failed requests of yet other looks, which `errors` had no room for. */
  otherErrors: number;
  signals: SignalReading[];
  generator: GeneratorReading[];
  /** How the samples could be read. */
  samples: {
    /** Data rows, all metrics. */
    rows: number;
    /** Rows that are no sample at all. */
    unreadable: number;
    /** Rows of a time that isn't the run's. */
    outside: number;
    /** The file ends in the middle of a row, or of the compressed stream. */
    truncated: boolean;
  };
}
