import { relative } from 'node:path';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { RESULTS_OPTION } from './results.ts';

export function register(program: Command): void {
  program
    .command('diagnose <run>')
    .description('say why a run was slow or failed: weak points by what they cost, with what speaks for and against')
    .option('--json', 'print the diagnosis as JSON')
    .option(...RESULTS_OPTION)
    .addHelpText(
      'after',
      `
A run is a folder, its name, or a test for its newest run. Reads answers, Server-Timing and signals of the run, as any
deployment shows them; the more of them there are, the more it can tell. What it can't, it says. docs/diagnosis.md has
how often it is right. Also in the run's report, and in its diagnosis.json.`,
    )
    .action(async (wanted: string, { json, results }: { json?: true; results: string }) => {
      const { findRun } = await import('../runs/stored-runs.ts');
      const { readEvidence } = await import('../runs/evidence.ts');
      const { diagnosisOf } = await import('../runs/diagnosis.ts');
      const { writeReports } = await import('../report/write.ts');
      const found = await findRun(results, wanted);
      if (!found.ok) return complain([found.problem], EXIT.usage);
      const { folder } = found.run;
      const written = await writeReports(folder).catch((error: Error) => error.message);
      const diagnosis = diagnosisOf(await readEvidence(folder));
      if ('refused' in diagnosis) return complain([`${wanted}: ${diagnosis.refused}.`], EXIT.usage);
      if (json) return console.log(JSON.stringify(diagnosis, null, 2));
      const { diagnosisLines } = await import('../judge/diagnosis-lines.ts');
      const page =
        typeof written === 'string' ? `No report: ${written}` : `Report: ${relative('', written.reportPath)}`;
      console.log([...diagnosisLines(diagnosis), page].join('\n'));
    });
}
