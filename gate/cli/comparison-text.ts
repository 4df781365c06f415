import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { printable } from '../../src/wire/plain-text.ts';
import { setupText } from '../judge/baseline.ts';
import { comparisonLines } from '../judge/comparison-lines.ts';
import { blindness, comparisonHeadline } from '../report/comparison-headline.ts';

/** A comparison for one reader at a terminal: a line a figure, then the verdict, then the next step. */
export function comparisonText(comparison: ComparisonFile, page: string): string {
  const { test, verdict } = comparison;
  const blind = blindness(comparison);
  return [
    `${test}: ${runsText(comparison.new)} against ${runsText(comparison.old)}`,
    setupText(comparison),
    '',
    ...comparisonLines(comparison),
    '',
    ...(blind ? [blind] : []),
    `${test}: ${verdict.toUpperCase()}. ${comparisonHeadline(comparison).sentence}`,
    page,
    `Next: ${nextStep(comparison)}`,
  ].join('\n');
}

/** `5 runs of revision b2, 2026-03-02 10:00 to 2026-03-02 10:16` */
function runsText(runs: readonly RunFigures[]): string {
  const times = runs.map(({ startedAt }) => startedAt.slice(0, 16).replace('T', ' ')).sort();
  const revisions = [...new Set(runs.map(({ revision }) => printable(revision) || 'unknown'))];
  const when = runs.length > 1 ? `${times[0]} to ${times.at(-1)}` : times[0];
  return `${runs.length === 1 ? '1 run' : `${runs.length} runs`} of revision ${revisions.join(', ')}, ${when}`;
}

function nextStep({ test, verdict, configuration: { profile } }: ComparisonFile): string {
  switch (verdict) {
    case 'regressed':
      return 'the page shows how the distributions moved; mend it, run and compare again.';
    case 'improved':
      return `\`./launchgate baseline save ${test}\` makes this what must be held from now on.`;
    case 'equivalent':
      return 'nothing; it is as good as it was.';
    case 'inconclusive':
      return `more runs decide it: \`./launchgate run ${test} --profile ${profile} --repeat 5\`, then compare again.`;
  }
}
