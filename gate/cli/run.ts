import { relative } from 'node:path';
import type { Command } from 'commander';
import type { SettingName } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { several } from './platform.ts';
import { PROJECT } from './project.ts';
import { settingsHelp } from './settings.ts';

interface RunOptions {
  profile?: string;
  setup?: string;
  users?: string;
  pace?: string;
  baseUrl?: string;
  switch?: string[];
  seed?: string;
}

export function runCommand(program: Command): void {
  program
    .command('run')
    .description('run a test and judge it')
    .argument('<test>', 'which one, see `./launchgate list`')
    .argument('[k6Arguments...]', 'after --: handed to k6, e.g. -- --out json=k6.json')
    .option('--profile <name>', 'smoke, gate, standard or full')
    .option('--base-url <url>', 'your platform; without it the embedded platform is started')
    .option('--users <number>', 'users of the largest phase')
    .option('--pace <factor>', 'how fast users act')
    .option('--seed <number>', 'seed of everything random')
    .option('--setup <name>', 'embedded platform: free or recommended')
    .option(
      '--switch <name=value>',
      'embedded platform: change the setup, e.g. vectorIndex=off; may be repeated',
      several,
    )
    .addHelpText('after', () => `\nAn option beats the setting of the same meaning.\n\n${settingsHelp()}`)
    .action(async (test: string, k6Args: string[], options: RunOptions) => {
      const { settingsInForce } = await import('../runs/settings-in-force.ts');
      const { settings, problems, notices } = settingsInForce({
        root: PROJECT,
        env: process.env,
        flags: flagsOf(options),
      });
      for (const notice of notices) console.error(`launchgate: ${notice}`);
      if (problems.length > 0) return complain(problems, EXIT.usage);
      const { run } = await import('../runs/run.ts');
      const { terminalScreen } = await import('./terminal.ts');
      const { nextStep, verdictLines } = await import('./verdict-table.ts');
      const screen = terminalScreen(process.stderr, process.env);
      const result = await run({ root: PROJECT, test, settings, env: process.env, k6Args, screen, signal: whenTold() });
      if (result.kind === 'stopped') return complain(result.problems, EXIT[result.why]);
      const { verdict, folder } = result;
      const shown = relative(process.cwd(), folder);
      for (const line of verdictLines(verdict, process.stdout.isTTY && !process.env.NO_COLOR)) console.log(line);
      console.log(`Results: ${shown}\n${nextStep(verdict, shown)}`);
      process.exitCode = EXIT[verdict.outcome];
    });
}

/** --setup and --switch speak of the embedded platform: with them, a BASE_URL from the environment is not meant. */
function flagsOf({ baseUrl, setup, switch: switches, profile, users, pace, seed }: RunOptions) {
  const flags: Partial<Record<SettingName, string>> = {
    ...{ PROFILE: profile, USERS: users, PACE: pace, SEED: seed, SETUP: setup, PLATFORM_SWITCHES: switches?.join(',') },
    BASE_URL: baseUrl ?? (setup || switches ? '' : undefined),
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

function whenTold(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  return abort.signal;
}
