/** What a verdict was judged by, in one figure: verdicts of other criteria are old, and none was tampered with. */
import { createHash } from 'node:crypto';
import { type Gate, throughputFloor } from '../../src/thresholds.ts';
import type { Phase } from '../../src/workloads.ts';

/** Raised when the judge draws another verdict from the same facts and limits, as after a fault was mended in it. */
const RULES = 1;

/**
 * SHA-256 of all that a verdict depends on besides its facts: the criteria as they applied, the confidence and the
 * judge's rules. Where a promise was made, and what it says of phases that the run did not hold, change no verdict.
 */
export function judgedBy(gates: readonly Gate[], phases: readonly Phase[], pace: number, confidence: number): string {
  const applied = gates.map((gate) => [gate.phase, floorOf(gate, phases, pace), ...limitsIn(gate)]);
  return createHash('sha256')
    .update(JSON.stringify([RULES, confidence, applied]))
    .digest('hex');
}

/** Fields by name, so that their order in the table says nothing. */
function limitsIn({ criterion }: Gate): [string, unknown][] {
  const { source, phases, test, ...limits } = criterion;
  return Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What the workload makes of a share of its plan; null where the criterion is none. */
function floorOf({ criterion, phase }: Gate, phases: readonly Phase[], pace: number): number | null {
  const hold = phases.find(({ name }) => name === phase);
  return criterion.stat === 'throughput' && hold ? throughputFloor(criterion, hold, pace) : null;
}
