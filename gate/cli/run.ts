import { relative } from 'node:path';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, several } from './run-options.ts';
import { settingsHelp } from './settings.ts';

export function register(program: Command): void {
  program
    .command('run')
    .description('run a test and judge it')
    .argument('<test>', 'which one, see `./launchgate list`')
    .argument('[k6Options...]', 'after --: handed to k6, e.g. -- --out json=k6.json')
    .option('--profile <name>', 'smoke, gate, standard or full')
    .option('--base-url <url>', 'your platform; without it the embedded platform is started')
    .option('--users <number>', 'users of the largest phase')
    .option('--pace <factor>', 'how fast users act')
    .option('--seed <number>', 'seed of everything random')
    .option('--setup <name>', 'embedded platform: free or recommended')
    .option('--switch <name=value>', 'embedded platform: change the setup, e.g. vectorIndex=off; repeatable', several)
    .addHelpText('after', () => `\nAn option beats the setting of the same meaning.\n\n${settingsHelp()}`)
    .action(async (test: string, k6Args: string[], options: RunOptions) => {
      const { settingsInForce } = await import('../runs/settings-in-force.ts');
      const flags = settingsOf(options);
      const { settings, problems, notices } = settingsInForce({ root: PROJECT, env: process.env, flags });
      for (const notice of notices) console.error(`launchgate: ${notice}`);
      if (problems.length > 0) return complain(problems, EXIT.usage);

      const { run } = await import('../runs/run.ts');
      const { terminalScreen } = await import('./terminal.ts');
      const screen = terminalScreen(process.stderr, process.env);
      const signal = interruption();
      const result = await run({ root: PROJECT, test, settings, env: process.env, k6Args, screen, signal });
      if (result.kind === 'stopped') return complain(result.problems, EXIT[result.why]);

      const { writeReports } = await import('../report/write.ts');
      const { nextStep, verdictLines } = await import('./verdict-table.ts');
      const { verdict } = result;
      // A page that can't be written costs nobody the verdict.
      const written = await writeReports(result.folder).catch((error: Error) => {
        console.error(`launchgate: no report: ${error.message}`);
        return { reportPath: result.folder };
      });
      const report = relative(process.cwd(), written.reportPath);
      const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
      console.log([...verdictLines(verdict, coloured), `Report: ${report}`, nextStep(verdict, report)].join('\n'));
      process.exitCode = EXIT[verdict.outcome];
    });
}
