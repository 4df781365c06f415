/**
 * The alerts of the checklist as data: Prometheus' rules are generated from it, and `launchgate monitor` evaluates it
 * without Prometheus. What is promised of each signal stands in thresholds.ts; an alert fires when that no longer holds.
 */
import { limitOfSignal } from '../thresholds.ts';
import type { SignalLimit, SignalName } from './signals.ts';

/** critical: people are turned away or wait too long now. warning: they soon will. */
export type AlertSeverity = 'critical' | 'warning';

export interface Alert {
  /** CamelCase, unique. */
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly signal: SignalName;
  /** What is wrong, without figures or a full stop. */
  readonly summary: string;
  /** One sentence; `{value}` and `{limit}` stand for figures with their unit. */
  readonly description: string;
  /** So long must every value be beyond the limit. */
  readonly forSeconds: number;
  /** When so long nothing tells the signal, that is an alert of its own. */
  readonly absentSeconds: number;
}

/** Longer than a restart, or a scrape of once a minute that is missed twice. */
const ABSENT_SECONDS = 300;

/** Checklist, phase 4. */
export const ALERTS: readonly Alert[] = [
  {
    name: 'PlatformChatSlow',
    severity: 'critical',
    signal: 'chat_p95_ms',
    summary: 'Chat answers slowly',
    description: '95 % of the chat messages are answered within {value}; the limit is {limit}.',
    forSeconds: 60,
    absentSeconds: ABSENT_SECONDS,
  },
  {
    name: 'PlatformErrorsHigh',
    severity: 'critical',
    signal: 'failed_requests_ratio',
    summary: 'Too many requests fail',
    description: '{value} of the requests are answered with 5xx; the limit is {limit}.',
    forSeconds: 60,
    absentSeconds: ABSENT_SECONDS,
  },
  {
    name: 'PlatformDatabaseConnectionsHigh',
    severity: 'warning',
    signal: 'db_connections_used_ratio',
    summary: 'The database runs out of connections',
    description: '{value} of the database connections are in use; the limit is {limit}.',
    forSeconds: 60,
    absentSeconds: ABSENT_SECONDS,
  },
  {
    name: 'PlatformQueueDeep',
    severity: 'warning',
    signal: 'queue_depth',
    summary: 'Video processing falls behind',
    description: '{value} videos wait for a worker; the limit is {limit}.',
    forSeconds: 120,
    absentSeconds: ABSENT_SECONDS,
  },
  {
    name: 'PlatformAiLimitNear',
    severity: 'warning',
    signal: 'ai_remaining_ratio',
    summary: 'The rate limit of the AI provider is near',
    description: 'The AI provider still allows {value} of its limit; at least {limit} should be left.',
    forSeconds: 60,
    absentSeconds: ABSENT_SECONDS,
  },
  {
    name: 'PlatformCacheHitsLow',
    severity: 'warning',
    signal: 'cache_hit_ratio',
    summary: 'The cache answers too little',
    description: 'The cache answers {value} of what it is asked; it should be more than {limit}.',
    // A cache that was emptied needs as long to be warm again.
    forSeconds: 300,
    absentSeconds: ABSENT_SECONDS,
  },
];

/** Beyond it the alert is pending, and fires after `forSeconds`. */
export function limitOfAlert({ name, signal }: Pick<Alert, 'name' | 'signal'>): SignalLimit {
  const limit = limitOfSignal(signal);
  if (!limit) throw new Error(`Nothing is promised of ${signal}, so ${name} can't be evaluated.`);
  return limit;
}
