/** How each of several tests ended: a line a test. */
import { join, relative } from 'node:path';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { limitsUsed } from '../judge/capacity.ts';
import { inColumns } from '../judge/columns.ts';
import type { RunResult } from '../runs/run.ts';
import { clock } from './figures.ts';

export interface TestEnd {
  test: string;
  result: RunResult;
  /** Start of the platform and all. */
  ms: number;
}

/** @param from folder that the paths of reports are relative to */
export function endsTable(ends: readonly TestEnd[], from: string): string[] {
  const rows = ends.map(({ test, result, ms }) =>
    result.kind === 'stopped'
      ? [test, result.why === 'inconclusive' ? 'not measured' : 'not run', result.problems[0] ?? '', clock(ms), '']
      : [
          test,
          result.verdict.outcome,
          worstText(result.verdict.criteria),
          clock(ms),
          relative(from, join(result.folder, 'report.html')),
        ],
  );
  return inColumns([['test', 'verdict', 'worst criterion', 'took', 'report'], ...rows]);
}

const WORST_FIRST: readonly CriterionVerdict['outcome'][] = ['fail', 'inconclusive', 'pass'];

/** The must criterion that ended worst; of several, the one that used up most of its limit. */
export function worstCriterion(criteria: readonly CriterionVerdict[]): CriterionVerdict | undefined {
  const musts = criteria.filter(({ severity }) => severity === 'must');
  const outcome = WORST_FIRST.find((each) => musts.some((verdict) => verdict.outcome === each));
  const worst = musts.filter((verdict) => verdict.outcome === outcome);
  const [binding] = limitsUsed(worst);
  return worst.find(({ criterion, phase }) => criterion === binding?.criterion && phase === binding.phase) ?? worst[0];
}

function worstText(criteria: readonly CriterionVerdict[]): string {
  const worst = worstCriterion(criteria);
  return worst ? `${worst.criterion} in ${worst.phase}: ${worst.outcome}` : '';
}
