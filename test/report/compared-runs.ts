/** A comparison of runs that never were, as comparison.json keeps it. */

import { comparisonOf } from '../../gate/runs/comparison.ts';
import { runsForBaseline, runsToCompare } from '../../gate/runs/folder/choose-runs.ts';
import { baselineOf } from '../../gate/runs/samples/run-figures.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { storeRuns } from '../runs/store-run.ts';

/** p95 of five runs that spread by 2 %, in ms. */
const FIVE = [2_632, 2_660, 2_700, 2_740, 2_769];

/**
 * Stores five runs and as many that are slower.
 * @param revision of the slower ones
 */
export async function comparedRuns(
  results: string,
  revision = 'b2',
): Promise<{ folder: string; file: ComparisonFile }> {
  await storeRuns(results, '2026-03-01', FIVE);
  const old = await runsForBaseline({ results, test: 'chat', named: [] });
  await storeRuns(
    results,
    '2026-03-02',
    FIVE.map((p95) => p95 * 1.25),
    { revision },
  );
  if (!old.ok) throw new Error(old.problems.join());
  const baseline = await baselineOf(old.runs);
  const fresh = await runsToCompare({ results, test: 'chat', named: [] }, baseline);
  if (!fresh.ok) throw new Error(fresh.problems.join());
  const file = await comparisonOf(baseline, fresh.runs, 0.1);
  if ('refused' in file) throw new Error(file.refused);
  return { folder: fresh.runs[0]!.folder, file };
}
