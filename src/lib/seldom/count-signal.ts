import { isWithin, type SignalName } from '../../wire/signals.ts';
import { addOverLimit, addSignal } from '../metrics.ts';
import type { PlannedSignal } from '../once/plan.ts';
import { rowOf } from '../once-a-process.ts';
import { plan, planRows } from '../plan.ts';

let gatesPhase: string | undefined;
let gates: readonly PlannedSignal[] = [];

/** Records a reading of a signal, and counts it under the criteria that speak of it. */
export function countSignal(signal: SignalName, value: number, phase: string): void {
  addSignal(value, { signal, phase });
  if (phase !== gatesPhase) {
    gatesPhase = phase;
    gates = rowOf(planRows, 1 + plan.occasions.indexOf(phase)) as PlannedSignal[];
  }
  for (const { criterion, signal: judged, limit } of gates) {
    if (judged === signal) addOverLimit(!isWithin(value, limit), { criterion, phase });
  }
}
