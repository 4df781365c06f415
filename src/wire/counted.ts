/**
 * What a platform counts of its requests and of what goes wrong in it, under the names that real exporters give these
 * counters: errors by kind, where a signal is only a share of them.
 */
import type { Where } from './signal-recipes.ts';

/** `requests` is all of them, failed ones too; the rest are kinds of errors, the worst first. */
export const COUNTED = [
  'requests',
  'server errors',
  'failed jobs',
  'AI refusals',
  'pool timeouts',
  'given up',
  'rate limited',
  'refused',
] as const;
export type Counted = (typeof COUNTED)[number];

interface Counter {
  readonly what: Counted;
  readonly metric: string;
  readonly where: Where;
}

/** Answers by their status: 5xx, 429, the other 4xx, and 499, the usual word for somebody who would not wait any longer. */
function answers(metric: string, statusLabel: string): Counter[] {
  return [
    { what: 'requests', metric, where: {} },
    { what: 'server errors', metric, where: { [statusLabel]: '~5..' } },
    { what: 'rate limited', metric, where: { [statusLabel]: '429' } },
    { what: 'given up', metric, where: { [statusLabel]: '499' } },
    { what: 'refused', metric, where: { [statusLabel]: '~4(?!29|99)..' } },
  ];
}

let made: readonly Counter[] | undefined;

/** Made when it is first asked for, as `recipes` are. */
export function counters(): readonly Counter[] {
  made ??= [
    ...answers('platform_http_request_duration_seconds_count', 'status'),
    ...answers('http_request_duration_seconds_count', 'status_code'),
    { what: 'failed jobs', metric: 'platform_videos_failed_total', where: {} },
    { what: 'failed jobs', metric: 'inngest_function_run_ended_total', where: { status: 'Failed' } },
    { what: 'AI refusals', metric: 'platform_ai_throttled_total', where: {} },
    { what: 'pool timeouts', metric: 'pgrst_db_pool_timeouts_total', where: {} },
  ];
  return made;
}
