import type { Command } from 'commander';
import type { RunRequest, RunResult } from '../runs/run.ts';
import { CONTRACT_TEST, inspectAlone } from './contract-end.ts';
import { EXIT, worstExit } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { whole } from './options.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings, withLoadOptions } from './run-options.ts';

export function register(program: Command): void {
  const command = program
    .command('run')
    .description('run a test and judge it')
    .argument('<test>', 'which one, see `./launchgate list`; contract looks at every route and sends no load')
    .argument('[k6Options...]', 'after --: handed to k6, e.g. -- --out json=k6.json');
  withLoadOptions(command)
    .option('--repeat <number>', 'so many runs in turn, each by itself; one table at the end', whole, 1)
    .action(async (test: string, k6Args: string[], { repeat, ...options }: RunOptions & { repeat: number }) => {
      const settings = await usableSettings(settingsOf(options));
      if (!settings) return;
      if (test === CONTRACT_TEST) return inspectAlone(settings);

      const { recordTarget } = await import('../observe/record.ts');
      const { runSeries } = await import('../runs/series.ts');
      const { terminalScreen } = await import('./terminal.ts');
      const { seriesLines, showEnd } = await import('./run-end.ts');
      const screen = terminalScreen(process.stderr, process.env);
      const signal = interruption();
      const results: RunResult[] = [];
      const codes: number[] = [];
      const request: RunRequest = {
        ...{ root: PROJECT, test, settings, env: process.env, k6Args, screen, signal },
        recordSignals: recordTarget,
      };
      await runSeries(request, repeat, async (result) => {
        codes.push(await showEnd(result));
        results.push(result);
      });
      if (repeat > 1) console.log((await seriesLines(results, test)).join('\n'));
      const cutShort = signal.aborted && results.length < repeat;
      process.exitCode = worstExit(cutShort ? [...codes, EXIT.interrupted] : codes);
    });
}
