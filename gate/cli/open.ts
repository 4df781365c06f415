import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { RESULTS_OPTION, RUN_MEANING } from './results.ts';

export function register(program: Command): void {
  program
    .command('open')
    .argument('[run]', `${RUN_MEANING}; all of them when left out`)
    .description('serve the reports on this machine, until Ctrl-C')
    .option('--port <number>', 'port to listen on; 0 takes any that is free', '0')
    .option(...RESULTS_OPTION)
    .action(async (wanted: string | undefined, { port, results }: { port: string; results: string }) => {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
        return complain([`--port takes 0 to 65535, not "${port}".`], EXIT.usage);
      }
      const { findRun } = await import('../runs/folder/stored-runs.ts');
      const { writeIndex } = await import('../report/results-index.ts');
      const { serveResults } = await import('../report/serve.ts');
      const found = wanted === undefined ? undefined : await findRun(results, wanted);
      if (found && !found.ok) return complain([found.problem], EXIT.usage);
      await writeIndex(results);
      const { url } = await serveResults(results, Number(port));
      console.log(`${url}/${found ? `${found.run.test}/${found.run.name}/report.html` : ''}`);
      console.log('Ctrl-C ends it.');
    });
}
