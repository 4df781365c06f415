import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf } from './run-options.ts';

export function register(program: Command): void {
  program
    .command('archive')
    .description('put a test into one file that k6 runs anywhere: bundle, fixtures, load; no secrets')
    .argument('<test>', 'which one, see `./launchgate list`')
    .option('--out <file>', 'where it goes (dist/<test>.tar)')
    .option('--profile <name>', 'smoke, gate, standard or full; fixed in the archive')
    .option('--base-url <url>', 'your platform; whoever runs the archive may set another')
    .option('--users <number>', 'users of the largest phase; fixed in the archive')
    .option('--pace <factor>', 'how fast users act; fixed in the archive')
    .action(async (wanted: string, { out, ...options }: RunOptions & { out?: string }) => {
      const { settingsInForce } = await import('../runs/start/settings-in-force.ts');
      const { archiveTest } = await import('../runs/k6/archive.ts');
      const { findK6 } = await import('../runs/k6/k6.ts');
      const { planArchive } = await import('../runs/start/preflight.ts');
      const flags = settingsOf(options);
      const { settings, problems } = settingsInForce({ root: PROJECT, env: process.env, flags });
      const plan = await planArchive(PROJECT, wanted, settings);
      const found = await findK6({ root: PROJECT, named: settings.LAUNCHGATE_K6, path: process.env.PATH ?? '' });
      if (settings.BASE_URL === '') problems.push('BASE_URL is not set: an archive is made for a platform.');
      if (!plan.ok) problems.push(...plan.problems);
      if (!found.ok) problems.push(found.problem);
      if (!plan.ok || !found.ok || problems.length > 0) return complain(problems, EXIT.usage);

      const { test } = plan;
      const path = resolve(out ?? join(PROJECT, 'dist', `${test}.tar`));
      const problem = await archiveTest({ root: PROJECT, test, settings, k6: found.k6, path });
      if (problem) return complain([problem], EXIT.ours);
      const kilobytes = Math.ceil((await stat(path)).size / 1_024);
      console.log(`${relative('', path)} (${kilobytes} KB): k6 run ${relative('', path)}`);
      console.log(
        'Secrets are not in it: set LAUNCHGATE_PASSWORD_KEY, SUPABASE_ANON_KEY, EXTRA_HEADERS where it runs.',
      );
    });
}
