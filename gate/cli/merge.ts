import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings } from './run-options.ts';

export function register(program: Command): void {
  program
    .command('merge')
    .description('judge the shares of one load, collected from several machines or pods, as one run')
    .argument('<folders...>', 'one for each k6 process: summary.json, and samples.csv or samples.csv.gz')
    .option('--users <number>', 'users of the largest phase that all shares had together, as in the run')
    .option('--pace <factor>', 'how fast users acted, as in the run')
    .option('--base-url <url>', 'the platform that was loaded')
    .option('--k6-version <version>', 'version of k6 in the pods', '')
    .action(async (folders: string[], { k6Version, ...options }: RunOptions & { k6Version: string }) => {
      const settings = await usableSettings(settingsOf(options));
      if (!settings) return;

      const { mergeShares } = await import('../runs/merge.ts');
      const merged = await mergeShares({ root: PROJECT, folders, settings, k6Version });
      if (!merged.ok) return complain(merged.problems, EXIT.usage);

      const { showEnd } = await import('./run-end.ts');
      process.exitCode = await showEnd({ kind: 'judged', interrupted: false, unkept: [], ...merged });
    });
}
