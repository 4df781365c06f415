/**
 * Signals: what a platform tells about its own insides. Their limits are promises and stand in thresholds.ts; where they
 * are read from stands in signal-recipes.ts and gate/observe.
 */
import type { SignalReading } from './timeline.ts';

/** `yes`: 1 or 0. A ratio is 0..1. */
export type SignalUnit = 'ratio' | 'count' | 'ms' | 's' | 'bytes' | 'cores' | 'per minute' | 'yes';

interface Signal {
  readonly name: string;
  /** For people, two or three words. */
  readonly title: string;
  readonly unit: SignalUnit;
  /** Which way is good. */
  readonly good: 'low' | 'high';
  readonly meaning: string;
}

// biome-ignore format: one line a signal
export const SIGNALS = [
  { name: 'healthy', title: 'healthy', unit: 'yes', good: 'high', meaning: '/api/health answers that the platform is healthy' },
  { name: 'db_ping_ms', title: 'database ping', unit: 'ms', good: 'low', meaning: 'how long the database took to answer /api/health' },
  { name: 'db_connections_used_ratio', title: 'DB connections', unit: 'ratio', good: 'low', meaning: 'database connections in use, of those that there may be' },
  { name: 'db_pool_waiting', title: 'pool waiting', unit: 'count', good: 'low', meaning: 'requests that wait for a database connection' },
  { name: 'vector_query_ms', title: 'vector query', unit: 'ms', good: 'low', meaning: 'mean time of a vector search in the database' },
  { name: 'queries_per_request', title: 'queries/request', unit: 'count', good: 'low', meaning: 'mean round trips to the database for one request' },
  { name: 'cache_hit_ratio', title: 'cache hits', unit: 'ratio', good: 'high', meaning: 'reads that the cache answered, of all that asked it' },
  { name: 'queue_depth', title: 'queue depth', unit: 'count', good: 'low', meaning: 'videos that wait for a worker' },
  { name: 'queue_oldest_wait_s', title: 'oldest wait', unit: 's', good: 'low', meaning: 'how long the first video in the queue has waited' },
  { name: 'ai_remaining_ratio', title: 'AI headroom', unit: 'ratio', good: 'high', meaning: "what the AI provider still allows, of its limit; the scarcest of requests and tokens" },
  { name: 'ai_requests_remaining_ratio', title: 'AI requests left', unit: 'ratio', good: 'high', meaning: 'requests that the AI provider still allows, of its limit' },
  { name: 'ai_tokens_remaining_ratio', title: 'AI tokens left', unit: 'ratio', good: 'high', meaning: 'tokens that the AI provider still allows, of its limit; the scarcer of prompts and answers' },
  { name: 'ai_throttled_per_minute', title: 'AI throttles', unit: 'per minute', good: 'low', meaning: 'requests that the AI provider refused with 429' },
  { name: 'media_from_app', title: 'media from app', unit: 'yes', good: 'low', meaning: 'a thumbnail came from the app itself, and from no cache in front of it' },
  { name: 'chat_p95_ms', title: 'chat p95', unit: 'ms', good: 'low', meaning: 'time in which the server answered 95 % of the chat messages' },
  { name: 'failed_requests_ratio', title: 'errors', unit: 'ratio', good: 'low', meaning: 'requests that the server answered with 5xx' },
  { name: 'auth_ms', title: 'auth', unit: 'ms', good: 'low', meaning: 'mean time to find out who asks' },
  { name: 'cpu_cores', title: 'CPU', unit: 'cores', good: 'low', meaning: 'cores that the app keeps busy' },
  { name: 'memory_bytes', title: 'memory', unit: 'bytes', good: 'low', meaning: 'memory that the app has in use' },
  { name: 'memory_growth_ratio', title: 'memory growth', unit: 'ratio', good: 'low', meaning: 'memory that the app has in use, of what it had once it was warm' },
  { name: 'event_loop_delay_ms', title: 'event loop', unit: 'ms', good: 'low', meaning: "how late Node's event loop is (p99)" },
] as const satisfies readonly Signal[];

export type SignalName = (typeof SIGNALS)[number]['name'];

/** A value as a source gives it, before it is put on a run's clock. */
export interface SignalValue extends Pick<SignalReading, 'value' | 'ageMs'> {
  readonly signal: SignalName;
}

/** What the catalogue says of a signal. */
export function signalNamed(name: SignalName): Signal {
  return SIGNALS.find((signal) => signal.name === name)!;
}

/** What every reading of a signal must be, in its unit. */
export type SignalLimit = { readonly below: number } | { readonly above: number } | { readonly atLeast: number };

/** Whether a reading is as promised. */
export function isWithin(value: number, limit: SignalLimit): boolean {
  if ('below' in limit) return value < limit.below;
  return 'above' in limit ? value > limit.above : value >= limit.atLeast;
}

/** No source is looked at more often. */
export const LOOK_EVERY_MS = 5_000;

/** A value that is older than two of its source's intervals says nothing of now. */
export function isStale(ageMs: number, everyMs: number): boolean {
  return ageMs > 2 * everyMs;
}
