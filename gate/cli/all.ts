import type { Command } from 'commander';
import { TEST_NAMES } from '../../src/workloads.ts';
import type { TestEnd } from './all-table.ts';
import { EXIT, worstExit } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings, withLoadOptions } from './run-options.ts';

export function register(program: Command): void {
  withLoadOptions(
    program
      .command('all')
      .description('run every test in turn and judge each; one table at the end')
      .option('--soak', 'the soak test too, which takes hours'),
  ).action(async ({ soak, ...options }: RunOptions & { soak?: true }) => {
    const settings = await usableSettings(settingsOf(options));
    if (!settings) return;

    const { recordTarget } = await import('../observe/record.ts');
    const { run } = await import('../runs/run.ts');
    const { terminalScreen } = await import('./terminal.ts');
    const { showEnd } = await import('./run-end.ts');
    const { endsTable } = await import('./all-table.ts');
    const screen = terminalScreen(process.stderr, process.env);
    const signal = interruption();
    const ends: TestEnd[] = [];
    const codes: number[] = [];
    // A test that fails, or can't even start, stops none of the others; a person who wants an end does.
    for (const test of TEST_NAMES.filter((name) => name !== 'soak' || soak)) {
      if (signal.aborted) break;
      screen.line(`--- ${test} ---`);
      const startedAt = Date.now();
      const result = await run({
        ...{ root: PROJECT, test, settings, env: process.env, k6Args: [], screen, signal },
        recordSignals: recordTarget,
      });
      codes.push(await showEnd(result));
      ends.push({ test, result, ms: Date.now() - startedAt });
    }
    console.log(['', ...endsTable(ends, process.cwd())].join('\n'));
    process.exitCode = worstExit(signal.aborted ? [...codes, EXIT.interrupted] : codes);
  });
}
