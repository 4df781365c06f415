/** Runs with given headline figures, for comparisons. */
import type { Side } from '../../gate/judge/compare.ts';
import type { Figure, RunFigures } from '../../src/wire/baseline-file.ts';
import { healthyRun } from './healthy-run.ts';

/** One run per place of the lists: `{ 'chat.p95.normal': [2700, 2800] }` is two runs. */
export function runsOf(figures: Record<string, readonly (number | null)[]>, seen = 1000): RunFigures[] {
  const count = Object.values(figures)[0]!.length;
  return Array.from({ length: count }, (_, index) => ({
    runId: `r-${index}`,
    startedAt: '2026-01-01T00:00:00Z',
    revision: '',
    figures: Object.entries(figures).map(([headline, values]): Figure => ({ headline, value: values[index]!, seen })),
  }));
}

export function sideOf(figures: Record<string, readonly (number | null)[]>, seen?: number): Side {
  const { configuration, windows } = healthyRun();
  return { configuration, windows, runs: runsOf(figures, seen) };
}
