/**
 * summary.json: what k6 counted, and nothing that anybody concluded from it. Counts add up, so several generators' files
 * can be merged by adding.
 */
import type { FailureKind } from './api.ts';

/** Raised when a field changes its meaning or goes; readers refuse a newer one. */
export const SUMMARY_SCHEMA = 1;

/** Names of our k6 metrics. */
export const METRIC = {
  /** Rate: true where a sample is over its criterion's limit. Tags: criterion, phase. */
  overLimit: 'over_limit',
  /** Counter of failed requests, and of iterations that threw. Tags: kind, phase; of requests name, too. */
  failures: 'failures',
  /** Counter: videos whose processing ended well. Tag: phase. */
  processed: 'videos_processed',
  /** Gauge: a reading of a server-side signal, in its own unit. Tags: signal, phase. */
  signal: 'signal',
  /** Trend: how late a pause ended, ms. Under a healthy generator it is next to nothing. */
  lateness: 'schedule_lateness_ms',
  /** Trend: when the first byte of a streamed answer came, ms. Made by src/lib/api where a platform streams. */
  firstByte: 'chat_first_byte_ms',
} as const;

/** Iterations that threw, in the whole run. */
export const EXCEPTIONS = 'failures{kind:exception}';

/**
 * One criterion in one phase, or over the run, or in one tier. Durations of failed requests count as over. A criterion
 * that was not looked at (a limit whose window is longer than the run) has no fact.
 */
export interface Fact {
  criterion: string;
  phase: string;
  /** Samples. */
  seen: number;
  /** Of these, over the limit. */
  over: number;
}

/** Latency in one phase, successful requests only, ms. */
export interface Latency {
  /** A route; or a group of them, or a part of the server's time, that a criterion speaks of. */
  route: string;
  phase: string;
  count: number;
  avg: number;
  min: number;
  med: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

export interface FirstByte {
  count: number;
  med: number;
  p95: number;
}

export interface FailureCount {
  kind: FailureKind;
  phase: string;
  count: number;
}

/** What k6 itself said of one of its thresholds. */
export interface K6Threshold {
  /** e.g. `http_req_duration{name:POST /api/chat,phase:peak}` */
  metric: string;
  /** e.g. `p(95)<5000` */
  expression: string;
  ok: boolean;
}

export interface Summary {
  schema: typeof SUMMARY_SCHEMA;
  test: string;
  profile: string;
  runId: string;
  /** Wall time of the run, ms. */
  durationMs: number;
  facts: Fact[];
  latencies: Latency[];
  failures: FailureCount[];
  /** `server_<part>_ms` over the whole run, ms. */
  serverParts: { part: string; count: number; avg: number; p95: number }[];
  thresholds: K6Threshold[];
  totals: {
    requests: number;
    failedRequests: number;
    iterations: number;
    /** Arrivals that found no free virtual user. */
    droppedIterations: number;
    exceptions: number;
    /** Most virtual users active at any second. */
    maxUsers: number;
    bytesReceived: number;
    bytesSent: number;
  };
  /**
   * When the first bytes of streamed answers came, ms after their requests: not their first words, since k6 hands an
   * answer over when it is whole. Left out where nothing is streamed. No criterion speaks of it.
   */
  firstByteMs?: FirstByte;
  /** How late pauses ended, ms; null when there was no pause. */
  latenessMs: { p95: number; p99: number; max: number } | null;
  /** Why the run ended early, or null. */
  stopped: string | null;
}
