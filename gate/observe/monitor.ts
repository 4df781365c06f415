/** What a monitor knows: signals, alerts, sources, and the run in progress. It draws nothing and asks nobody. */

import { limitOfSignal } from '../../src/thresholds.ts';
import { ALERTS, type Alert, limitOfAlert } from '../../src/wire/alerts.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import { isStale, isWithin, LOOK_EVERY_MS, type SignalName, signalNamed } from '../../src/wire/signals.ts';
import type { RunInProgress } from '../runs/folder/run-in-progress.ts';
import type { Progress } from '../runs/k6/progress.ts';
import { MISSING } from './alert-rules.ts';
import { type AlertStatus, nextStatus, untold } from './alert-state.ts';
import { limitText, signalText, spanText } from './figures.ts';
import { SPAN_MS, Vitals } from './vitals.ts';
import type { WatchRecord } from './watch-record.ts';

/** Beside the checklist's six, which Prometheus can evaluate too: health is only asked from here. */
const UNHEALTHY: Alert = {
  name: 'PlatformUnhealthy',
  severity: 'critical',
  signal: 'healthy',
  summary: 'The platform is not healthy',
  description: '/api/health does not answer that the platform is healthy.',
  // Three looks in a row.
  forSeconds: 10,
  absentSeconds: 300,
};

/** That nobody tells a signal is an alert by itself, here as in Prometheus. */
const LOST = { alert: MISSING, severity: 'warning' } as const;

const WATCHED: readonly Alert[] = [UNHEALTHY, ...ALERTS];

/** What a monitor says of a signal's alert. `lost`: nobody tells the signal any more, and its source says why. */
export type WatchState = AlertStatus['state'] | 'lost';

export interface WatchedStatus extends Omit<AlertStatus, 'state'> {
  readonly alert: Alert;
  readonly state: WatchState;
  /** One line for people: what is seen, with value and limit. */
  readonly text: string;
}

/** One line of a piped monitor. */
export type MonitorEvent =
  | {
      type: 'reading';
      at: string;
      signal: SignalName;
      value: number;
      unit: string;
      ageMs: number;
      stale: boolean;
      limit: string | null;
      /** null where nothing is promised. */
      within: boolean | null;
      alert: WatchState | null;
      source: string;
    }
  | { type: 'problem' | 'notice'; at: string; source: string; text: string }
  | { type: 'alert'; at: string; alert: string; signal: SignalName; state: WatchState; severity: string; text: string }
  | {
      type: 'run';
      at: string;
      test: string;
      phase: string;
      users: number;
      perSecond: number;
      p95Ms: number | null;
      failedRatio: number;
    };

/** Of the run's progress, the points of its pictures. */
interface RunPoint {
  readonly atMs: number;
  readonly users: number;
  readonly p95: number | undefined;
}

export class Monitor {
  vitals = new Vitals();
  /** The last thing that each source had to say beside values; '' when all is well. */
  readonly said = new Map<string, string>();
  run: RunInProgress | undefined;
  progress: Progress | undefined;
  runPoints: RunPoint[] = [];
  #statuses: ReadonlyMap<Alert, WatchedStatus>;
  #evaluatedMs: number;
  #runToldMs = 0;
  readonly #startMs: number;
  readonly #record: WatchRecord;
  readonly #tell: (event: MonitorEvent) => void;

  constructor(record: WatchRecord, startMs: number, tell: (event: MonitorEvent) => void) {
    this.#record = record;
    this.#tell = tell;
    this.#startMs = startMs;
    this.#evaluatedMs = startMs;
    this.#statuses = untoldStatuses(startMs);
  }

  get statuses(): WatchedStatus[] {
    return [...this.#statuses.values()];
  }

  statusOf(signal: SignalName): WatchedStatus | undefined {
    return this.statuses.find(({ alert }) => alert.signal === signal);
  }

  looked(look: SourceLook): void {
    const { source, everyMs, atMs, values, problem, notice } = look;
    this.vitals.add(look);
    // A run that began before has told things already: they make the picture whole, and are not of this watch.
    if (atMs < this.#startMs) return;
    this.#record.look(look);
    this.said.set(source, [problem, notice].filter(Boolean).join('; '));
    this.evaluate(atMs);
    const at = iso(atMs);
    for (const { signal, value, ageMs } of values) {
      const limit = limitOfSignal(signal);
      const { unit } = signalNamed(signal);
      this.#tell({
        ...{ type: 'reading', at, signal, value, unit, ageMs, stale: isStale(ageMs, everyMs) },
        limit: limit ? limitText(signal, limit) : null,
        within: limit ? isWithin(value, limit) : null,
        alert: this.statusOf(signal)?.state ?? null,
        source,
      });
    }
    if (problem !== undefined) this.#tell({ type: 'problem', at, source, text: problem });
    if (notice !== undefined) this.#tell({ type: 'notice', at, source, text: notice });
  }

  /** @param run undefined when it has ended: then what an embedded platform told is over with it */
  ran(run: RunInProgress | undefined, atMs: number): void {
    if (this.run?.isEmbedded && !run) {
      this.vitals = new Vitals();
      this.said.clear();
      this.evaluate(atMs);
      this.#statuses = untoldStatuses(atMs);
    }
    const [said, about] = run ? (['began', run] as const) : (['ended', this.run] as const);
    if (about) this.#record.note(atMs, 'launchgate', `run ${about.test} ${about.profile} ${said}`);
    this.run = run;
    this.progress = undefined;
    this.runPoints = [];
  }

  progressed(progress: Progress, atMs: number): void {
    if (!this.run) return;
    this.progress = progress;
    const { phase, users, perSecond, p95, failed } = progress;
    this.runPoints = [...this.runPoints.filter((point) => point.atMs > atMs - SPAN_MS), { atMs, users, p95 }];
    // Before k6 has written anything there are no users yet.
    if (users === 0 || atMs < this.#runToldMs + LOOK_EVERY_MS) return;
    this.#runToldMs = atMs;
    this.#tell({
      ...{ type: 'run', at: iso(atMs), test: this.run.test, phase, users, perSecond },
      p95Ms: p95 ?? null,
      failedRatio: failed,
    });
  }

  /** Silence counts too: to be called now and then, also when nobody tells anything. */
  evaluate(atMs: number): void {
    // What a run has written is read a moment later, and time only goes on.
    const nowMs = Math.max(atMs, this.#evaluatedMs);
    this.#evaluatedMs = nowMs;
    this.#statuses = new Map(
      WATCHED.map((alert) => {
        const before = this.#statuses.get(alert)!;
        const now = this.#statusAt(alert, before, nowMs);
        if (now.state !== before.state) this.#changed(before, now, nowMs);
        return [alert, now];
      }),
    );
  }

  #statusAt(alert: Alert, before: WatchedStatus, nowMs: number): WatchedStatus {
    const vital = this.vitals.of(alert.signal, nowMs);
    const current = vital && !vital.isStale ? vital.value : undefined;
    const status = nextStatus(alert, plain(before), current, nowMs);
    const problem = vital && this.said.get(vital.source);
    if (status.state === 'absent' && problem) {
      const text = `nothing tells ${signalNamed(alert.signal).title} any more; ${vital.source}: ${problem}`;
      return { ...status, alert, state: 'lost', text };
    }
    const text = textOf(alert, status);
    return { ...status, alert, text: problem && isBeyond(status) ? text.replace(/\.$/, ` (${problem}).`) : text };
  }

  #changed(before: WatchedStatus, now: WatchedStatus, atMs: number): void {
    const { state, text } = now;
    const { signal } = now.alert;
    if (isAlarming(before.state)) this.#record.resolved(signal, atMs);
    const named = state === 'lost' ? LOST : { alert: now.alert.name, severity: now.alert.severity };
    if (isAlarming(state)) this.#record.fired({ ...named, signal, text }, atMs);
    this.#tell({ type: 'alert', at: iso(atMs), ...named, signal, state, text });
  }
}

/** Whether this is what a watch is there to catch. */
export function isAlarming(state: WatchState): boolean {
  return state === 'firing' || state === 'lost';
}

function untoldStatuses(atMs: number): ReadonlyMap<Alert, WatchedStatus> {
  return new Map(WATCHED.map((alert) => [alert, { ...untold(atMs), alert, text: '' }]));
}

/** `lost` is our word: the rules know `absent` only. */
function plain({ state, ...status }: WatchedStatus): AlertStatus {
  return { ...status, state: state === 'lost' ? 'absent' : state };
}

function isBeyond({ state }: AlertStatus): boolean {
  return state === 'firing' || state === 'pending';
}

function textOf(alert: Alert, status: AlertStatus): string {
  const { state, value, silentSinceMs, sinceMs } = status;
  if (value === undefined) {
    return state === 'absent'
      ? `nobody tells it, for ${spanText(sinceMs - (silentSinceMs ?? sinceMs))} and longer`
      : '';
  }
  if (!isBeyond(status)) return `${signalNamed(alert.signal).title}: ${signalText(alert.signal, value)}`;
  return alert.description
    .replace('{value}', signalText(alert.signal, value))
    .replace('{limit}', limitText(alert.signal, limitOfAlert(alert)).replace(/^[<>=]+ /, ''));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
