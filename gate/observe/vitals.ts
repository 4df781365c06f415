/** What is known of each signal at a moment, whoever told it. */
import type { SourceLook } from '../../src/wire/looks.ts';
import { isStale, SIGNALS, type SignalName, signalNamed } from '../../src/wire/signals.ts';

/** A signal as it stands. */
export interface Vital {
  readonly signal: SignalName;
  readonly value: number;
  /** How old the value is now, ms. */
  readonly ageMs: number;
  /** It says nothing of now. */
  readonly isStale: boolean;
  readonly source: string;
}

interface Told {
  readonly value: number;
  /** When the value was true, Unix ms. */
  readonly trueAtMs: number;
  readonly everyMs: number;
}

/** How long a past is kept for pictures. */
export const SPAN_MS = 5 * 60_000;

/** The signals of everybody who tells some, and their last minutes. */
export class Vitals {
  /** By signal and source, the oldest first. */
  readonly #told = new Map<SignalName, Map<string, Told[]>>();

  add({ source, everyMs, atMs, values }: SourceLook): void {
    for (const { signal, value, ageMs } of values) {
      const ofSignal = this.#told.get(signal) ?? new Map<string, Told[]>();
      this.#told.set(signal, ofSignal);
      const past = (ofSignal.get(source) ?? []).filter(({ trueAtMs }) => trueAtMs >= atMs - SPAN_MS - 2 * everyMs);
      ofSignal.set(source, [...past, { value, trueAtMs: atMs - ageMs, everyMs }]);
    }
  }

  /** Every signal that was ever told, in the order of the catalogue. */
  at(nowMs: number): Vital[] {
    return SIGNALS.flatMap(({ name }) => this.of(name, nowMs) ?? []);
  }

  /** Of several sources the one with the worst value, among those that speak of now; else the last that spoke at all. */
  of(signal: SignalName, nowMs: number): Vital | undefined {
    const newest = [...(this.#told.get(signal) ?? [])].map(([source, past]) => vitalOf(signal, source, past, nowMs));
    const current = newest.filter((vital) => !vital.isStale);
    const { good } = signalNamed(signal);
    return (
      current.sort((a, b) => (good === 'low' ? b.value - a.value : a.value - b.value))[0] ??
      newest.sort((a, b) => a.ageMs - b.ageMs)[0]
    );
  }

  /**
   * A picture of the last minutes.
   * @returns the worst value in each of `count` equal spans, the oldest first; undefined where none was known
   */
  past(signal: SignalName, nowMs: number, count: number): (number | undefined)[] {
    const told = [...(this.#told.get(signal)?.values() ?? [])].flat();
    const { good } = signalNamed(signal);
    const worst = good === 'low' ? Math.max : Math.min;
    const eachMs = SPAN_MS / count;
    return Array.from({ length: count }, (_, index) => {
      const toMs = nowMs - SPAN_MS + (index + 1) * eachMs;
      const inside = told.filter(({ trueAtMs }) => trueAtMs > toMs - eachMs && trueAtMs <= toMs);
      if (inside.length > 0) return worst(...inside.map(({ value }) => value));
      // A value holds until the next, as long as it isn't stale.
      const held = told.filter(({ trueAtMs, everyMs }) => trueAtMs <= toMs && !isStale(toMs - trueAtMs, everyMs));
      return held.at(-1)?.value;
    });
  }
}

function vitalOf(signal: SignalName, source: string, past: readonly Told[], nowMs: number): Vital {
  const { value, trueAtMs, everyMs } = past.at(-1)!;
  const ageMs = Math.max(0, nowMs - trueAtMs);
  return { signal, value, ageMs, isStale: isStale(ageMs, everyMs), source };
}
