import { relative } from 'node:path';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { RESULTS_OPTION, RUN_MEANING } from './results.ts';

export function register(program: Command): void {
  program
    .command('report')
    .argument('<run>', RUN_MEANING)
    .description('rebuild the reports of a run from its stored files')
    .option(...RESULTS_OPTION)
    .action(async (wanted: string, { results }: { results: string }) => {
      const { findRun } = await import('../runs/folder/stored-runs.ts');
      const { writeReports } = await import('../report/write.ts');
      const found = await findRun(results, wanted);
      if (!found.ok) return complain([found.problem], EXIT.usage);
      const { reportPath, problems } = await writeReports(found.run.folder);
      for (const problem of problems) console.log(`Without ${problem}.`);
      console.log(relative('', reportPath));
    });
}
