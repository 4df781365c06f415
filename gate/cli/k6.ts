import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';

export function register(program: Command): void {
  program
    .command('k6')
    .description('say which k6 is used, and where it comes from')
    .option('--install', "put one into the project's own tool folder, unless a fitting one is found")
    .option('--path', 'print only where it is, for scripts')
    .action(async ({ install, path }: { install?: true; path?: true }) => {
      const { findK6 } = await import('../runs/k6/k6.ts');
      const { settingsInForce } = await import('../runs/start/settings-in-force.ts');
      const { settings } = settingsInForce({ root: PROJECT, env: process.env });
      const found = await findK6({ root: PROJECT, named: settings.LAUNCHGATE_K6, path: process.env.PATH ?? '' });
      if (found.ok) {
        console.log(path ? found.k6.path : `k6 ${found.k6.version} (${found.k6.foundBy}: ${found.k6.path})`);
        return;
      }
      // A binary that the user named is the user's to put right.
      if (!install || settings.LAUNCHGATE_K6) return complain([found.problem], EXIT.usage);
      const { installK6 } = await import('../runs/k6/k6-install.ts');
      const installed = await installK6({ root: PROJECT, say: console.error });
      if (!installed.ok) return complain([installed.problem], EXIT.usage);
      console.log(`k6 ${installed.version} (the tool folder: ${installed.path})`);
    });
}
