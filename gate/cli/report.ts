import { relative } from 'node:path';
import type { Command } from 'commander';
import { RESULTS_OPTION } from './results.ts';

export function reportCommand(program: Command): void {
  program
    .command('report <run>')
    .description('rebuild the reports of a run from its stored files')
    .option(...RESULTS_OPTION)
    .action(async (wanted: string, { results }: { results: string }) => {
      const { findRun } = await import('../report/stored-runs.ts');
      const { writeReports } = await import('../report/write.ts');
      const { folder } = await findRun(results, wanted);
      const { reportPath, problems } = await writeReports(folder);
      for (const problem of problems) console.log(`Without ${problem}.`);
      console.log(relative('', reportPath));
    });
}
