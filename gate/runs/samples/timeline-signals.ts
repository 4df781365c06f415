/** Readings of signals that k6 took: every answer may carry one, and the worst of a few seconds is kept. */
import { LOOK_EVERY_MS, SIGNALS } from '../../../src/wire/signals.ts';
import type { SignalReading } from '../../../src/wire/timeline.ts';

/** In SignalReading.source. */
const SOURCE = 'k6';

export class SignalSamples {
  readonly #worst = new Map<string, SignalReading>();

  /** @param atMs since the run began */
  add(signal: string, atMs: number, value: number): void {
    const known = SIGNALS.find(({ name }) => name === signal);
    if (!known || !Number.isFinite(value)) return;
    const key = `${signal} ${Math.floor(atMs / LOOK_EVERY_MS)}`;
    const kept = this.#worst.get(key);
    if (!kept || (known.good === 'low' ? value > kept.value : value < kept.value)) {
      this.#worst.set(key, { signal, atMs, value, ageMs: 0, source: SOURCE });
    }
  }

  readings(): SignalReading[] {
    return [...this.#worst.values()];
  }
}
