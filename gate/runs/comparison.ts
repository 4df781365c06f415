/** Stored runs held against a baseline: what comparison.json keeps. */
import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import { COMPARISON_SCHEMA, type ComparisonFile } from '../../src/wire/comparison-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { compare } from '../judge/compare.ts';
import type { FitRun } from './folder/choose-runs.ts';
import { readFigures } from './samples/run-figures.ts';

/**
 * @param runs made alike, at least one, the newest first
 * @param margin ratio up to which latencies and throughput count as unchanged
 * @returns `refused` with one plain sentence when the runs can't be compared
 */
export async function comparisonOf(
  baseline: BaselineFile,
  runs: readonly FitRun[],
  margin: number,
): Promise<ComparisonFile | { refused: string }> {
  const { configuration, windows } = runs[0]!.run;
  const fresh = await Promise.all(runs.map(readFigures));
  const result = compare(baseline.test as TestName, baseline, { configuration, windows, runs: fresh }, margin);
  if ('refused' in result) return result;
  return {
    schema: COMPARISON_SCHEMA,
    ...result,
    comparedAt: new Date().toISOString(),
    configuration,
    windows,
    old: baseline.runs,
    new: fresh,
  };
}
