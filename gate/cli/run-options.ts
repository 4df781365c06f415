import type { Command } from 'commander';
import type { SettingName, Settings } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { SETTINGS_HINT } from './settings.ts';
import { explained } from './wrapped.ts';

/** Options of commands that send load, as commander gathers them. */
export interface RunOptions {
  profile?: string;
  baseUrl?: string;
  users?: string;
  pace?: string;
  seed?: string;
  setup?: string;
  switch?: string[];
  generators?: string;
}

/** Gives a command the options by which the load is said, and the settings behind them. */
export function withLoadOptions(command: Command): Command {
  command
    .option('--profile <name>', 'smoke, gate, standard or full')
    .option('--base-url <url>', 'your platform; without it the embedded platform is started')
    .option('--users <number>', 'users of the largest phase')
    .option('--pace <factor>', 'how fast users act')
    .option('--seed <number>', 'seed of everything random')
    .option('--generators <number>', 'k6 processes that share the load')
    .option('--setup <name>', 'embedded platform: free or recommended')
    .option('--switch <name=value>', 'embedded platform: change the setup, e.g. vectorIndex=off; repeatable', several);
  return explained(command, `An option beats the setting of the same meaning. ${SETTINGS_HINT}`);
}

/**
 * The settings that the options stand for. --setup and --switch speak of the embedded platform: with them, a BASE_URL
 * from the environment is not meant.
 */
export function settingsOf(options: RunOptions): Partial<Record<SettingName, string>> {
  const { profile, users, pace, seed, setup, generators, switch: switches } = options;
  const baseUrl = options.baseUrl ?? (setup || switches ? '' : undefined);
  const given = Object.entries({
    ...{ PROFILE: profile, USERS: users, PACE: pace, SEED: seed, BASE_URL: baseUrl },
    ...{ SETUP: setup, PLATFORM_SWITCHES: switches?.join(','), GENERATORS: generators },
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/**
 * The settings in force, with what a command was told on top. Says what is worth a word about them.
 * @returns undefined after a complaint, where they can't be used
 */
export async function usableSettings(flags: Partial<Record<SettingName, string>> = {}): Promise<Settings | undefined> {
  const { settingsInForce } = await import('../runs/start/settings-in-force.ts');
  const { settings, problems, notices } = settingsInForce({ root: PROJECT, env: process.env, flags });
  for (const notice of notices) console.error(`launchgate: ${notice}`);
  if (problems.length === 0) return settings;
  complain(problems, EXIT.usage);
  return undefined;
}

/** Gathers an option that may be repeated. */
export function several(value: string, before: string[] = []): string[] {
  return [...before, value];
}
