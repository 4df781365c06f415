import type { SettingName } from '../../src/wire/settings.ts';

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

/** Gathers an option that may be repeated. */
export function several(value: string, before: string[] = []): string[] {
  return [...before, value];
}
