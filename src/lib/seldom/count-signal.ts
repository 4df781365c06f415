import { isWithin, type SignalName } from '../../wire/signals.ts';
import { addSignal, countCase, countings } from '../metrics.ts';
import type { PlannedSignal } from '../once/plan.ts';
import { rowOf } from '../once-a-process.ts';

let gatesPhase: string | undefined;
let gates: readonly PlannedSignal[] = [];

/** Records a reading of a signal, and counts it under the criteria that speak of it. */
export function countSignal(signal: SignalName, value: number, phase: string): void {
  addSignal(value, { signal, phase });
  if (phase !== gatesPhase) {
    gatesPhase = phase;
    gates = rowOf(countings.ofSignals, countings.occasions.indexOf(phase));
  }
  for (const gate of gates) if (gate.signal === signal) countCase(gate.criterion, phase, !isWithin(value, gate.limit));
}
