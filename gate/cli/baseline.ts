import { relative } from 'node:path';
import type { Command } from 'commander';
import type { TestName } from '../../src/workloads.ts';
import { whyIncomparable } from './comparable-test.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { BASELINES_OPTION, RESULTS_OPTION } from './results.ts';

interface Folders {
  results: string;
  baselines: string;
}

export function register(program: Command): void {
  const baseline = program.command('baseline').description('what runs of one version measured, kept to compare with');
  baseline
    .command('save <test> [runs...]')
    .description('make a baseline of these runs; without any, of the newest five that belong together')
    .option(...RESULTS_OPTION)
    .option(...BASELINES_OPTION)
    .action(save);
  baseline
    .command('show [test]')
    .description('show what the baselines hold')
    .option(...BASELINES_OPTION)
    .action(show);
  baseline
    .command('selfcheck <test> [runs...]')
    .description('from runs of one version: how much they differ, how often a comparison errs, what it would not see')
    .option(...RESULTS_OPTION)
    .option(...BASELINES_OPTION)
    .action(selfcheck);
}

async function save(test: string, named: string[], { results, baselines }: Folders): Promise<void> {
  const { runsForBaseline } = await import('../runs/folder/choose-runs.ts');
  const { baselineOf } = await import('../runs/samples/run-figures.ts');
  const { writeBaseline } = await import('../runs/folder/baseline-files.ts');
  const { baselineLines } = await import('./baseline-lines.ts');
  const incomparable = whyIncomparable(test);
  if (incomparable) return complain([incomparable], EXIT.usage);
  const chosen = await runsForBaseline({ results, test, named });
  if (!chosen.ok) return complain(chosen.problems, EXIT.usage);
  if (chosen.notice) console.error(`launchgate: ${chosen.notice}.`);
  const baseline = await baselineOf(chosen.runs);
  const path = await writeBaseline(baselines, baseline);
  console.log([...baselineLines(baseline), '', `Saved: ${relative('', path)}`].join('\n'));
  console.log(`Next: commit it; \`./launchgate compare ${test}\` holds new runs against it.`);
}

async function show(test: string | undefined, { baselines }: Folders): Promise<void> {
  const { readBaseline, testsWithBaseline } = await import('../runs/folder/baseline-files.ts');
  const { baselineLines } = await import('./baseline-lines.ts');
  const tests = test === undefined ? await testsWithBaseline(baselines) : [test];
  if (tests.length === 0) console.log('There is no baseline; `./launchgate baseline save <test>` makes one.');
  for (const [index, each] of tests.entries()) {
    const read = await readBaseline(baselines, each);
    if (read.ok) console.log([...(index > 0 ? [''] : []), ...baselineLines(read.content)].join('\n'));
    else complain([`${read.problem}.`], EXIT.usage);
  }
}

async function selfcheck(test: string, named: string[], { results, baselines }: Folders): Promise<void> {
  const { readBaseline } = await import('../runs/folder/baseline-files.ts');
  const { identicalRuns } = await import('../runs/folder/choose-runs.ts');
  const { readFigures } = await import('../runs/samples/run-figures.ts');
  const { selfCheckLines } = await import('./selfcheck-lines.ts');
  const incomparable = whyIncomparable(test);
  if (incomparable) return complain([incomparable], EXIT.usage);
  const read = await readBaseline(baselines, test);
  if (!read.ok && !read.missing) return complain([`${read.problem}.`], EXIT.usage);
  const baseline = read.ok ? read.content : undefined;
  const chosen = await identicalRuns({ results, test, named }, baseline);
  if (!chosen.ok) return complain(chosen.problems, EXIT.usage);
  const stored = await Promise.all(chosen.runs.map(readFigures));
  // What is no longer stored is known from the baseline.
  const kept = named.length > 0 ? [] : (baseline?.runs ?? []);
  const runs = [...stored, ...kept.filter(({ runId }) => !stored.some((run) => run.runId === runId))];
  console.error('Trying comparisons that should find nothing …');
  const lines = selfCheckLines(test as TestName, runs);
  if ('refused' in lines) return complain([lines.refused], EXIT.usage);
  console.log(lines.join('\n'));
}
