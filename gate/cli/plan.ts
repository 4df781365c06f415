import { join } from 'node:path';
import type { Command } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { RESULTS_OPTION } from './results.ts';
import { several } from './run-options.ts';
import { explained, shown } from './wrapped.ts';

interface PlanOptions {
  costs: string;
  measured?: string[];
  json?: true;
  results: string;
}

export function register(program: Command): void {
  const command = program
    .command('plan')
    .description(
      'say what users cost: setups with what they carry, fixes by users for a dollar, promises that don’t hold',
    )
    .option('--costs <file>', 'what setups and fixes cost a month', join(PROJECT, 'costs.json'))
    .option(
      '--measured <setup=file>',
      'capacity of a setup, from `launchgate capacity`; else the newest of its name; repeatable',
      several,
    )
    .option('--json', 'print the plan as JSON')
    .option(...RESULTS_OPTION)
    .action(async ({ costs: path, measured = [], json, results }: PlanOptions) => {
      const { newestCapacities, readCapacity, readCosts } = await import('../runs/folder/costs.ts');
      const { planOf } = await import('../judge/plan.ts');
      const { planLines } = await import('../judge/plan-lines.ts');
      const read = await readCosts(path);
      if (!read.ok) return complain([read.problem], EXIT.usage);
      const capacities = await newestCapacities(results, 'chat');
      for (const entry of measured) {
        const [setup = '', file = ''] = entry.split('=');
        const capacity = await readCapacity(file);
        if (!capacity.ok)
          return complain([`--measured ${entry}: ${file || 'the file'} ${capacity.problem}.`], EXIT.usage);
        capacities.set(setup, capacity.content);
      }
      const plan = planOf(read.costs, capacities);
      console.log(json ? JSON.stringify(plan, null, 2) : shown(planLines(plan)));
    });
  explained(
    command,
    'What setups carry comes from `./launchgate capacity chat --setup free` and `--setup recommended`; a setup of your own is named in costs.json and measured with --base-url.',
  );
}
