import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { ChangeVerdict, ComparisonFile } from '../../src/wire/comparison-file.ts';
import { whyIncomparable } from './comparable-test.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { BASELINES_OPTION, RESULTS_OPTION } from './results.ts';

interface CompareOptions {
  margin: number;
  json?: true;
  results: string;
  baselines: string;
}

const EXITS: Record<ChangeVerdict, number> = {
  regressed: EXIT.regressed,
  inconclusive: EXIT.inconclusive,
  improved: EXIT.pass,
  equivalent: EXIT.pass,
};

export function register(program: Command): void {
  program
    .command('compare <test> [runs...]')
    .description('hold these runs, or the newest with those of its version, against the baseline')
    .option('--margin <percent>', 'latency and throughput may change by this and count as unchanged', percent, 10)
    .option('--json', 'print the comparison as JSON')
    .option(...RESULTS_OPTION)
    .option(...BASELINES_OPTION)
    .action(async (test: string, named: string[], { margin, json, results, baselines }: CompareOptions) => {
      const incomparable = whyIncomparable(test);
      if (incomparable) return complain([incomparable], EXIT.usage);
      const { readBaseline } = await import('../runs/folder/baseline-files.ts');
      const { runsToCompare } = await import('../runs/folder/choose-runs.ts');
      const { comparisonOf } = await import('../runs/comparison.ts');
      const read = await readBaseline(baselines, test);
      if (!read.ok) {
        const hint = read.missing ? `; \`./launchgate baseline save ${test}\` makes it` : '';
        return complain([`${read.problem}${hint}.`], EXIT.usage);
      }
      const chosen = await runsToCompare({ results, test, named }, read.content);
      if (!chosen.ok) return complain(chosen.problems, EXIT.usage);
      if (chosen.notice) console.error(`launchgate: ${chosen.notice}.`);
      const comparison = await comparisonOf(read.content, chosen.runs, margin / 100);
      if ('refused' in comparison) return complain([comparison.refused], EXIT.usage);
      const page = await keep(chosen.runs[0]!.folder, comparison);
      const { comparisonText } = await import('./comparison-text.ts');
      console.log(json ? JSON.stringify(comparison, withoutPictures, 2) : comparisonText(comparison, page));
      process.exitCode = EXITS[comparison.verdict];
    });
}

/** Keeps the comparison with the newest of its runs, and renews that run's reports. @returns the page, or why not */
async function keep(folder: string, comparison: ComparisonFile): Promise<string> {
  const { writeRunJson } = await import('../runs/folder/run-folder.ts');
  const { writeReports } = await import('../report/write.ts');
  try {
    await writeRunJson(folder, 'comparison.json', comparison);
    const { comparisonPath } = await writeReports(folder);
    return `Report: ${relative('', comparisonPath!)}`;
  } catch (error) {
    // A page that can't be written costs nobody the verdict.
    return `No report: ${(error as Error).message}`;
  }
}

function withoutPictures(key: string, value: unknown): unknown {
  return key === 'distribution' ? undefined : value;
}

function percent(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < 100)) throw new InvalidArgumentError('It must be a number above 0 and below 100.');
  return number;
}
