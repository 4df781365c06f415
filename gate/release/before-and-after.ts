/** What fixes changed: the verdicts of a run beside those of the run from before them. */
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import type { EvidenceRun } from './evidence-run.ts';

export interface Difference {
  before: CriterionVerdict;
  after: CriterionVerdict;
}

/** Must criteria that did not pass both times, but for those never measured; undefined where there was no run before. */
export function differencesIn({ verdict, before }: EvidenceRun): Difference[] | undefined {
  return before?.verdict.criteria.flatMap((old) => {
    const after = verdict.criteria.find(({ criterion, phase }) => criterion === old.criterion && phase === old.phase);
    if (!after || old.severity === 'should') return [];
    const isDull = old.outcome === after.outcome && ['pass', 'not measured'].includes(after.outcome);
    return isDull ? [] : [{ before: old, after }];
  });
}

/** A promise that is broken now, and was not known to be before: kept, undecided, or not measured. */
export function isBroken({ before, after }: Difference): boolean {
  return before.outcome !== 'fail' && after.outcome === 'fail';
}
