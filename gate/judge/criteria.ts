/**
 * The verdict of one criterion on one occasion, from counts. DESIGN.md, Words: pass where the exact bound is inside the
 * limit; fail where the value is beyond it and there are enough samples, or the whole interval is beyond; inconclusive
 * between.
 */
import { type Gate, k6ThresholdsOf } from '../../src/thresholds.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { judgeProcessing, judgeRelative, judgeThroughput } from './amounts.ts';
import { cutShort, type Grounds } from './grounds.ts';
import { judgeConformance, judgeShare } from './shares.ts';
import { judgeSignalGate } from './signal.ts';

/**
 * Three rules stand above the counts, and only ever take a pass away: no samples, a hold that did not last its whole
 * time, and a failed threshold of k6's own on the same gate.
 */
export function judgeGate(gate: Gate, grounds: Grounds): CriterionVerdict {
  const verdict = judgeStat(gate, grounds);
  if (verdict.outcome !== 'pass') return verdict;
  const doubt = cutShort(gate, grounds) ?? failedInK6(gate, grounds);
  return doubt ? { ...verdict, outcome: 'inconclusive', note: doubt } : verdict;
}

function judgeStat(gate: Gate, grounds: Grounds): CriterionVerdict {
  const { criterion } = gate;
  switch (criterion.stat) {
    case 'throughput':
      return judgeThroughput(criterion, gate, grounds);
    case 'processing':
      return judgeProcessing(criterion, gate, grounds);
    case 'recovery':
    case 'drift':
      return judgeRelative(criterion, gate, grounds);
    case 'conformance':
      return judgeConformance(criterion, gate, grounds);
    case 'signal':
      return judgeSignalGate(criterion, gate, grounds);
    default:
      return judgeShare(criterion, gate, grounds);
  }
}

function failedInK6(gate: Gate, { summary, phases, pace }: Grounds): string | undefined {
  const own = k6ThresholdsOf(gate, phases, pace);
  const failed = summary?.thresholds.find(
    (threshold) =>
      !threshold.ok &&
      own.some(({ metric, expression }) => metric === threshold.metric && expression === threshold.expression),
  );
  return failed && `k6's own threshold ${failed.metric} ${failed.expression} failed`;
}
