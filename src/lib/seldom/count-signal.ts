/** Readings of signals, and the criteria that speak of them. */
import { isWithin, type SignalName } from '../../wire/signals.ts';
import { addOverLimit, addSignal } from '../metrics.ts';
import type { PlannedSignal } from '../once/plan.ts';
import { rowOf } from '../once-a-process.ts';
import { signalRows } from '../run.ts';

let gates: readonly PlannedSignal[] | undefined;

/** Records a reading of a signal, and counts it under the criteria that speak of it. */
export function countSignal(signal: SignalName, value: number, phase: string): void {
  addSignal(value, { signal, phase });
  gates ??= rowOf(signalRows, 0);
  for (const { criterion, phase: judged, signal: spoken, limit } of gates) {
    if (judged === phase && spoken === signal) addOverLimit(!isWithin(value, limit), { criterion, phase });
  }
}
