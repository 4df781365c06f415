import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';

/** What a person may call a run. */
export const RUN_MEANING = 'its name, its folder, or a test for its newest run';

/** For commands that read stored runs. */
export const RESULTS_OPTION = ['--results <folder>', 'folder of all results', join(PROJECT, 'results')] as const;

/** For commands that read baselines. */
export const BASELINES_OPTION = [
  '--baselines <folder>',
  'folder of the baselines',
  join(PROJECT, 'baselines'),
] as const;

/** Of the longest: a rate-limits run in the standard profile. */
const RUN_WIDTH = 'rate-limits/2026-01-01T00-00-00Z-standard'.length;

interface PruneOptions {
  keep: string;
  yes?: true;
  results: string;
  baselines: string;
}

export function register(program: Command): void {
  const results = program.command('results').description('the stored runs');
  results
    .command('list')
    .description('list the runs, the newest first, with their verdicts')
    .argument('[test]', 'only its runs')
    .option(...RESULTS_OPTION)
    .action(list);
  results
    .command('prune')
    .description('delete old runs of each test; runs that a baseline is made of stay')
    .requiredOption('--keep <number>', 'how many runs of each test stay')
    .option('--yes', "don't ask")
    .option(...RESULTS_OPTION)
    .option(...BASELINES_OPTION)
    .action(async ({ keep, yes, results, baselines }: PruneOptions) => {
      if (!/^[1-9]\d*$/.test(keep)) {
        return complain([`--keep takes a whole number above 0, not "${keep}".`], EXIT.usage);
      }
      const { planPrune, removeRuns } = await import('../runs/folder/prune.ts');
      const { writeIndex } = await import('../report/results-index.ts');
      const plan = await planPrune(results, baselines, Number(keep));
      if (!plan.ok) return complain(plan.problems, EXIT.usage);
      const { remove, spared } = plan;
      for (const { test, name } of spared) console.log(`stays, a baseline is made of it: ${test}/${name}`);
      if (remove.length === 0) return console.log('Nothing to delete.');
      for (const { test, name } of remove) console.log(`goes: ${test}/${name}`);
      if (!yes && !process.stdin.isTTY) {
        return complain(['nobody can be asked here; add --yes to delete them.'], EXIT.usage);
      }
      if (!yes && !(await agreed(`Delete ${remove.length}? [y/N] `))) return;
      await removeRuns(remove);
      await writeIndex(results);
      console.log(`Deleted ${remove.length}.`);
    });
}

async function list(test: string | undefined, { results }: { results: string }): Promise<void> {
  const { storedRuns } = await import('../runs/folder/stored-runs.ts');
  const { readRunJson } = await import('../runs/folder/run-folder.ts');
  const runs = (await storedRuns(results)).filter((run) => test === undefined || run.test === test);
  for (const { test: of, name, folder } of runs) {
    const verdict = await readRunJson(folder, 'verdict.json');
    console.log(`${`${of}/${name}`.padEnd(RUN_WIDTH)}  ${verdict.ok ? verdict.content.outcome : 'no verdict'}`);
  }
  if (runs.length === 0) console.log(`No run yet; \`./launchgate run ${test ?? 'chat'} --profile smoke\` makes one.`);
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
