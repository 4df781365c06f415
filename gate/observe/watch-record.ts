/** Gathers what a watch sees, of an hour or of days, in as much memory as its report has lines. */
import { limitOfSignal } from '../../src/thresholds.ts';
import type { Counted } from '../../src/wire/counted.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import { LOOK_EVERY_MS, SIGNALS, type SignalName } from '../../src/wire/signals.ts';
import {
  WATCH_SCHEMA,
  type WatchedAlert,
  type WatchedNote,
  type WatchedSource,
  type WatchFile,
} from '../../src/wire/watch-file.ts';
import { limitText } from './figures.ts';

/** Lengths of a stretch; each is a multiple of the one before, so that a watch without an end can go on to the next. */
const STRETCHES_MS = [10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((seconds) => seconds * 1_000);
const MOST_STRETCHES = 24;

/** A source that flaps for a day must not fill the report. */
const MOST_NOTES = 200;

/** Share of a source's intervals in which it must have answered, for its silence about trouble to be believed. */
const COVERAGE = 0.9;

interface Stretch {
  healthLooks: number;
  unhealthy: number;
  counts: Partial<Record<Counted, number>>;
}

interface Seen {
  readonly source: WatchedSource;
  /** Unix ms, of the first look and the last. */
  readonly firstMs: number;
  lastMs: number;
}

interface Sum {
  readings: number;
  low: number;
  high: number;
  total: number;
}

export class WatchRecord {
  readonly #target: string;
  readonly #startMs: number;
  readonly #plannedMs: number | null;
  #stretchMs: number;
  /** By the number of stretches since the start. */
  #stretches = new Map<number, Stretch>();
  readonly #signals = new Map<SignalName, Sum>();
  readonly #sources = new Map<string, Seen>();
  readonly #said = new Map<string, string>();
  readonly #notes: WatchedNote[] = [];
  readonly #alerts: WatchedAlert[] = [];

  constructor(target: string, startMs: number, plannedMs: number | null) {
    this.#target = target;
    this.#startMs = startMs;
    this.#plannedMs = plannedMs;
    const least = (plannedMs ?? 0) / MOST_STRETCHES;
    this.#stretchMs = STRETCHES_MS.find((ms) => ms >= least) ?? STRETCHES_MS.at(-1)!;
  }

  look(look: SourceLook): void {
    const { source, everyMs, atMs, values, problem, notice, counts = {} } = look;
    const seen = this.#sources.get(source) ?? {
      ...{ source: { source, everyMs, looks: 0, failed: 0 }, firstMs: atMs, lastMs: atMs },
    };
    this.#sources.set(source, seen);
    seen.source.looks++;
    seen.lastMs = atMs;
    if (problem !== undefined) seen.source.failed++;
    this.note(atMs, source, [problem, notice].filter(Boolean).join('; '));
    const stretch = this.#stretchAt(atMs);
    for (const [what, count] of Object.entries(counts) as [Counted, number][]) {
      stretch.counts[what] = (stretch.counts[what] ?? 0) + count;
    }
    for (const { signal, value } of values) {
      this.#add(signal, value);
      if (signal !== 'healthy') continue;
      stretch.healthLooks++;
      if (value === 0) stretch.unhealthy++;
    }
  }

  /** What is said goes into the report when it begins, not as long as it goes on; and so does its end, ''. */
  note(atMs: number, source: string, text: string): void {
    const before = this.#said.get(source) ?? '';
    this.#said.set(source, text);
    if (text === before || this.#notes.length >= MOST_NOTES) return;
    this.#notes.push({ at: iso(atMs), source, text: text || 'all is well again' });
  }

  fired(alert: Omit<WatchedAlert, 'firedAt' | 'resolvedAt'>, atMs: number): void {
    this.#alerts.push({ ...alert, firedAt: iso(atMs), resolvedAt: null });
  }

  /** @param signal whose alert is over: it has one at a time */
  resolved(signal: SignalName, atMs: number): void {
    const open = this.#alerts.find((each) => each.signal === signal && each.resolvedAt === null);
    if (open) open.resolvedAt = iso(atMs);
  }

  /** How it stands. It can be asked again and again. */
  report(endMs: number, interrupted: boolean): WatchFile {
    const promised = SIGNALS.map(({ name }) => name).filter((name) => limitOfSignal(name) !== undefined);
    const reasons = this.#reasons(promised);
    return {
      schema: WATCH_SCHEMA,
      target: this.#target,
      startedAt: iso(this.#startMs),
      endedAt: iso(endMs),
      plannedMs: this.#plannedMs,
      interrupted,
      outcome: this.#alerts.length > 0 ? 'alerts' : reasons.length > 0 ? 'inconclusive' : 'well',
      reasons,
      alerts: this.#alerts,
      signals: SIGNALS.flatMap(({ name }) => this.#watched(name) ?? []),
      notMeasured: promised.filter((name) => !this.#signals.has(name)),
      sources: [...this.#sources.values()].map(({ source }) => source),
      stretchMs: this.#stretchMs,
      stretches: [...this.#stretches]
        .sort(([a], [b]) => a - b)
        .map(([number, stretch]) => ({ from: iso(this.#startMs + number * this.#stretchMs), ...stretch })),
      notes: this.#notes,
    };
  }

  #reasons(promised: readonly SignalName[]): string[] {
    const blind = [...this.#sources.values()].flatMap(({ source, firstMs, lastMs }) => {
      const { everyMs, looks, failed } = source;
      const intervals = Math.max(looks, 1 + Math.floor((lastMs - firstMs) / Math.max(everyMs, LOOK_EVERY_MS)));
      const answered = looks - failed;
      return answered < COVERAGE * intervals ? [`${source.source}: it answered ${answered} of ${intervals} times`] : [];
    });
    const isMeasured = promised.some((name) => this.#signals.has(name));
    return [...(isMeasured ? [] : ['nothing was measured that is promised of the server']), ...blind];
  }

  #add(signal: SignalName, value: number): void {
    const { readings, low, high, total } = this.#signals.get(signal) ?? {
      ...{ readings: 0, low: value, high: value, total: 0 },
    };
    this.#signals.set(signal, {
      readings: readings + 1,
      low: Math.min(low, value),
      high: Math.max(high, value),
      total: total + value,
    });
  }

  #watched(signal: SignalName) {
    const sum = this.#signals.get(signal);
    if (!sum) return undefined;
    const { readings, low, high, total } = sum;
    const limit = limitOfSignal(signal);
    return { signal, readings, low, mean: total / readings, high, limitText: limit ? limitText(signal, limit) : '' };
  }

  #stretchAt(atMs: number): Stretch {
    let number = this.#numberAt(atMs);
    while (this.#plannedMs === null && number >= MOST_STRETCHES && this.#widen()) number = this.#numberAt(atMs);
    const stretch = this.#stretches.get(number) ?? { healthLooks: 0, unhealthy: 0, counts: {} };
    this.#stretches.set(number, stretch);
    return stretch;
  }

  #numberAt(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#startMs) / this.#stretchMs));
  }

  /** Several stretches become one. @returns false when there is no longer one */
  #widen(): boolean {
    const wider = STRETCHES_MS.find((ms) => ms > this.#stretchMs);
    if (wider === undefined) return false;
    const merged = new Map<number, Stretch>();
    for (const [number, { healthLooks, unhealthy, counts }] of this.#stretches) {
      const into = Math.floor((number * this.#stretchMs) / wider);
      const sum = merged.get(into) ?? { healthLooks: 0, unhealthy: 0, counts: {} };
      sum.healthLooks += healthLooks;
      sum.unhealthy += unhealthy;
      for (const [what, count] of Object.entries(counts) as [Counted, number][]) {
        sum.counts[what] = (sum.counts[what] ?? 0) + count;
      }
      merged.set(into, sum);
    }
    this.#stretches = merged;
    this.#stretchMs = wider;
    return true;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
