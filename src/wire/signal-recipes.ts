/**
 * How signals are made of the metrics that real exporters have, under the names that they give them. One table serves
 * both ways: launchgate evaluates it by itself (signal-history.ts), and Prometheus gets it as recording rules.
 */
import type { SignalName } from './signals.ts';

/** Labels that a series must have; a value with `~` in front is a regular expression that matches as a whole. */
export type Where = Readonly<Record<string, string>>;

export type Expression =
  | number
  /** Gauges, added up over their series. */
  | { readonly sum: string; readonly where: Where }
  /** The largest of a gauge's series. */
  | { readonly max: string; readonly where: Where }
  /** Increase of a counter a second, added up over its series; 0 when no series has the labels. */
  | { readonly rate: string; readonly where: Where }
  /** Of what a histogram counted anew; `of` is its name without `_bucket`. */
  | { readonly quantile: number; readonly of: string; readonly where: Where }
  | { readonly least: readonly Expression[] }
  | readonly [left: Expression, operator: '+' | '-' | '*' | '/', right: Expression];

export interface Recipe {
  readonly signal: SignalName;
  /** Whose names these are. */
  readonly exporter: string;
  readonly value: Expression;
  /** A share or a percentile of too few says nothing: so many must have been counted by this rate. */
  readonly from?: { readonly atLeast: number; readonly of: Expression };
  /** A metric that tells this exporter from others that share a name with it. */
  readonly besides?: string;
}

type Made = Pick<Recipe, 'value' | 'from'>;

const EVERYWHERE: Where = {};
const sum = (metric: string, where = EVERYWHERE): Expression => ({ sum: metric, where });
const max = (metric: string, where = EVERYWHERE): Expression => ({ max: metric, where });
const rate = (metric: string, where = EVERYWHERE): Expression => ({ rate: metric, where });
const p95 = (histogram: string, where: Where): Expression => ({ quantile: 0.95, of: histogram, where });
const ratio = (part: Expression, whole: Expression): Expression => [part, '/', whole];
const times = (value: Expression, factor: number): Expression => [value, '*', factor];
const platformAi = (what: string) => ratio(sum(`platform_ai_${what}_remaining`), sum(`platform_ai_${what}_limit`));

function mean(histogram: string, factor = 1, where = EVERYWHERE): Made {
  const counted = rate(`${histogram}_count`, where);
  return {
    value: times(ratio(rate(`${histogram}_sum`, where), counted), factor),
    from: { atLeast: 1, of: counted },
  };
}

/** Hits among look-ups; 200 of them make the share sure to about 7 points. */
function hitRatio(hits: string, misses: string): Made {
  const lookUps: Expression = [rate(hits), '+', rate(misses)];
  return { value: ratio(rate(hits), lookUps), from: { atLeast: 200, of: lookUps } };
}

/** A p95 of fewer than 20 is their maximum. */
function chatP95(histogram: string, where: Where): Made {
  return { value: times(p95(histogram, where), 1_000), from: { atLeast: 20, of: rate(`${histogram}_count`, where) } };
}

/** Of fewer than 100 requests, one that fails is more than 1 %. Refusals (4xx) are no errors of the server's. */
function failedShare(requests: string, statusLabel: string): Made {
  const failed = rate(requests, { [statusLabel]: '~5..' });
  return { value: ratio(failed, rate(requests)), from: { atLeast: 100, of: rate(requests) } };
}

/**
 * What prom-client's collectDefaultMetrics has, with the prefix that an app gives it. Programs in Go have the names of
 * CPU and memory too, but they are no app of ours.
 */
function nodeProcess(prefix: string, exporter: string): Recipe[] {
  const process = { exporter, besides: `${prefix}nodejs_version_info` };
  return [
    { signal: 'cpu_cores', ...process, value: rate(`${prefix}process_cpu_seconds_total`) },
    { signal: 'memory_bytes', ...process, value: sum(`${prefix}process_resident_memory_bytes`) },
  ];
}

let made: readonly Recipe[] | undefined;

/**
 * For each signal the first recipe counts whose metrics are all there. Made when it is first asked for: inside k6 every
 * virtual user would hold its own copy of a table, and one of them reads metrics.
 */
export function recipes(): readonly Recipe[] {
  made ??= makeRecipes();
  return made;
}

// biome-ignore format: one line a recipe
const makeRecipes = (): readonly Recipe[] => [
  // The embedded platform, and any app that uses the same names.
  { signal: 'db_connections_used_ratio', exporter: 'platform', value: ratio(sum('platform_db_connections_used'), sum('platform_db_connections_limit')) },
  { signal: 'db_pool_waiting', exporter: 'platform', value: sum('platform_db_connections_waiting') },
  { signal: 'queries_per_request', exporter: 'platform', ...mean('platform_queries_per_request') },
  { signal: 'cache_hit_ratio', exporter: 'platform', ...hitRatio('platform_cache_hits_total', 'platform_cache_misses_total') },
  { signal: 'queue_depth', exporter: 'platform', value: sum('platform_queue_depth') },
  { signal: 'queue_oldest_wait_s', exporter: 'platform', value: max('platform_queue_oldest_wait_seconds') },
  { signal: 'ai_requests_remaining_ratio', exporter: 'platform', value: platformAi('requests') },
  { signal: 'ai_tokens_remaining_ratio', exporter: 'platform', value: { least: [platformAi('input_tokens'), platformAi('output_tokens')] } },
  { signal: 'ai_remaining_ratio', exporter: 'platform', value: { least: [platformAi('requests'), platformAi('input_tokens'), platformAi('output_tokens')] } },
  { signal: 'ai_remaining_ratio', exporter: 'platform', value: platformAi('requests') },
  { signal: 'ai_throttled_per_minute', exporter: 'platform', value: times(rate('platform_ai_throttled_total'), 60) },
  { signal: 'chat_p95_ms', exporter: 'platform', ...chatP95('platform_http_request_duration_seconds', { route: 'POST /api/chat' }) },
  { signal: 'failed_requests_ratio', exporter: 'platform', ...failedShare('platform_http_request_duration_seconds_count', 'status') },
  { signal: 'auth_ms', exporter: 'platform', ...mean('platform_auth_duration_seconds', 1_000) },
  { signal: 'event_loop_delay_ms', exporter: 'platform', value: times(sum('platform_event_loop_delay_p99_seconds'), 1_000) },
  ...nodeProcess('platform_', 'platform'),

  // Any Node app with prom-client; its requests as express-prom-bundle names them.
  { signal: 'chat_p95_ms', exporter: 'prom-client', ...chatP95('http_request_duration_seconds', { method: 'POST', path: '/api/chat' }) },
  { signal: 'failed_requests_ratio', exporter: 'prom-client', ...failedShare('http_request_duration_seconds_count', 'status_code') },
  // prom-client asks Node at intervals of 10 ms, which Node counts into the delay.
  { signal: 'event_loop_delay_ms', exporter: 'prom-client', value: [times(max('nodejs_eventloop_lag_p99_seconds'), 1_000), '-', 10] },
  ...nodeProcess('', 'prom-client'),

  // Supabase, /customer/v1/privileged/metrics. One row of connections for each role.
  { signal: 'db_connections_used_ratio', exporter: 'supabase', value: ratio(sum('connection_stats_connection_count'), sum('max_connections_connection_count')) },
  { signal: 'db_connections_used_ratio', exporter: 'supabase', value: ratio(sum('pg_stat_database_num_backends'), sum('max_connections_connection_count')) },
  { signal: 'db_pool_waiting', exporter: 'supabase', value: [sum('pgrst_db_pool_waiting'), '+', sum('pgbouncer_pools_client_waiting_connections')] },
  { signal: 'db_pool_waiting', exporter: 'supabase', value: sum('pgrst_db_pool_waiting') },
  { signal: 'auth_ms', exporter: 'supabase', ...mean('http_server_duration_milliseconds', 1, { service_type: 'gotrue' }) },

  // prometheus-community/postgres_exporter.
  { signal: 'db_connections_used_ratio', exporter: 'postgres_exporter', value: ratio(sum('pg_stat_activity_count'), sum('pg_settings_max_connections')) },
  { signal: 'db_connections_used_ratio', exporter: 'postgres_exporter', value: ratio(sum('pg_stat_database_numbackends'), sum('pg_settings_max_connections')) },

  // oliver006/redis_exporter.
  { signal: 'cache_hit_ratio', exporter: 'redis_exporter', ...hitRatio('redis_keyspace_hits_total', 'redis_keyspace_misses_total') },

  // Inngest: its own server has the depth, its cloud export what is scheduled.
  { signal: 'queue_depth', exporter: 'inngest', value: sum('inngest_queue_depth') },
  { signal: 'queue_depth', exporter: 'inngest', value: sum('inngest_steps_scheduled') },
];

/** Names of all metrics that must be there for a recipe, a histogram's by its `_bucket`. */
export function metricsOf({ value, besides }: Recipe): string[] {
  return besides === undefined ? metricsIn(value) : [...metricsIn(value), besides];
}

/** Names of all metrics in an expression. */
export function metricsIn(expression: Expression): string[] {
  if (typeof expression === 'number') return [];
  if ('sum' in expression) return [expression.sum];
  if ('max' in expression) return [expression.max];
  if ('rate' in expression) return [expression.rate];
  if ('of' in expression) return [`${expression.of}_bucket`];
  if ('least' in expression) return expression.least.flatMap(metricsIn);
  return [...metricsIn(expression[0]), ...metricsIn(expression[2])];
}
