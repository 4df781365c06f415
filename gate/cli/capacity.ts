import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { whole } from './options.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings, withLoadOptions } from './run-options.ts';

interface CapacityOptions extends RunOptions {
  from: number;
  most: number;
  budget: number;
  short: number;
  full: number;
  json?: true;
}

/** Tests of which more users are simply more of the same. */
const TESTS = ['chat', 'video', 'database', 'mixed'];

export function register(program: Command): void {
  const command = program
    .command('capacity')
    .description('search for the largest number of users that a platform carries within all its must criteria')
    .argument('[test]', `whose users: ${TESTS.join(', ')}`, known, 'chat');
  withLoadOptions(command)
    .option('--from <users>', 'first number of users', whole, 8)
    .option('--most <users>', 'no more than that', whole, 1_000)
    .option('--budget <minutes>', 'the search ends in time; what is undecided then widens the answer', whole, 30)
    .option('--short <seconds>', 'longest hold of a step on the way', whole, 60)
    .option('--full <seconds>', 'hold of the two ends of the answer', whole, 190)
    .option('--json', 'print the answer as JSON')
    .action(search);
}

async function search(test: string, options: CapacityOptions): Promise<void> {
  const settings = await usableSettings(settingsOf(options));
  if (!settings) return;
  const { from, most, budget, short, full, json } = options;
  const stepMinutes = { short: minutesOf(short), full: minutesOf(full) };
  const least = Math.ceil(stepMinutes.short + 2 * stepMinutes.full);
  if (budget < least) {
    const line = `--budget ${budget} is too short for one step and both ends; give ${least} minutes or more, or shorter holds (--short, --full).`;
    return complain([line], EXIT.usage);
  }
  const { recordTarget } = await import('../observe/record.ts');
  const { searchCapacity } = await import('../runs/capacity-search.ts');
  const { capacityLines, stepLine } = await import('../judge/capacity-lines.ts');
  const { terminalScreen } = await import('./terminal.ts');
  const result = await searchCapacity({
    ...{ root: PROJECT, test: test as 'chat', settings, env: process.env, signal: interruption() },
    screen: terminalScreen(process.stderr, process.env),
    recordSignals: recordTarget,
    plan: { start: Math.min(from, most), most, budgetMinutes: budget, stepMinutes },
    holdSeconds: { short, full },
    onStep: (step) => console.error(stepLine(step)),
  });
  if (result.kind === 'stopped') return complain(result.problems, EXIT[result.why]);
  if (json) return console.log(JSON.stringify(result.file, null, 2));
  console.log([...capacityLines(result.file), `Kept: ${relative('', result.path)}`].join('\n'));
}

/** Start, contract, ramp, cool-down and recovery around a hold take about half a minute. */
function minutesOf(holdSeconds: number): number {
  return (holdSeconds + 35) / 60;
}

function known(test: string): string {
  if (!TESTS.includes(test)) throw new InvalidArgumentError(`It must be one of ${TESTS.join(', ')}.`);
  return test;
}
