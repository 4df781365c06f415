/**
 * Alerts without Prometheus, by its rules: a value beyond the limit makes an alert pending, one that stays there for
 * `forSeconds` makes it fire, one that is back within it resolves it at once. A signal that nobody tells any more
 * resolves its alert too, as a vanished series does, and is `absent` after `absentSeconds`: not known, never good.
 */
import { type Alert, limitOfAlert } from '../../src/wire/alerts.ts';
import { isStale, isWithin } from '../../src/wire/signals.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';

export type AlertState = 'inactive' | 'pending' | 'firing' | 'absent';

export interface AlertStatus {
  readonly state: AlertState;
  /** When this state began, on the clock of the readings. */
  readonly sinceMs: number;
  /** What the state was concluded from, in the signal's unit; undefined when nobody tells it. */
  readonly value: number | undefined;
  /** Since when nobody tells it. */
  readonly silentSinceMs: number | undefined;
}

/** @param atMs when watching began: silence counts from here */
export function untold(atMs: number): AlertStatus {
  return { state: 'inactive', sinceMs: atMs, value: undefined, silentSinceMs: atMs };
}

/**
 * One evaluation.
 * @param before of the evaluation before
 * @param value as `freshValue` gives it
 * @param atMs never before that of `before`
 */
export function nextStatus(alert: Alert, before: AlertStatus, value: number | undefined, atMs: number): AlertStatus {
  const silentSinceMs = value === undefined ? (before.silentSinceMs ?? atMs) : undefined;
  const enter = (state: AlertState, sinceMs = atMs): AlertStatus => ({
    state,
    sinceMs: state === before.state ? before.sinceMs : sinceMs,
    value,
    silentSinceMs,
  });
  if (silentSinceMs !== undefined) {
    return enter(atMs - silentSinceMs >= alert.absentSeconds * 1_000 ? 'absent' : 'inactive');
  }
  if (isWithin(value!, limitOfAlert(alert))) return enter('inactive');
  if (before.state === 'firing') return enter('firing');
  const beyondSinceMs = before.state === 'pending' ? before.sinceMs : atMs;
  return enter(atMs - beyondSinceMs >= alert.forSeconds * 1_000 ? 'firing' : 'pending', atMs);
}

/**
 * The value that holds at a moment: the newest that each source has told, until it is stale; of several sources the one
 * that is furthest beyond the limit, as the judge has it.
 * @param readings of any signals, in any order, none after `atMs`
 * @param everyMs how often a source has a new value, by its name
 * @param atMs on the clock of the readings
 * @returns undefined when nobody tells it now; a NaN is nobody's word
 */
export function freshValue(
  alert: Alert,
  readings: readonly SignalReading[],
  everyMs: (source: string) => number,
  atMs: number,
): number | undefined {
  const newest = new Map<string, SignalReading>();
  for (const reading of readings) {
    if (reading.signal !== alert.signal || Number.isNaN(reading.value)) continue;
    const { source = '' } = reading;
    const known = newest.get(source);
    if (!known || reading.atMs >= known.atMs) newest.set(source, reading);
  }
  const values = [...newest]
    .filter(([source, reading]) => !isStale(atMs - reading.atMs + reading.ageMs, everyMs(source)))
    .map(([, { value }]) => value);
  if (values.length === 0) return undefined;
  return 'below' in limitOfAlert(alert) ? Math.max(...values) : Math.min(...values);
}
