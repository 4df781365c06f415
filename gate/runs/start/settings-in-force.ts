/**
 * Settings from all their sources: command line over environment over the settings file over defaults.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeUsesProxies, proxyProblems, targetsOf } from '../../../src/wire/guard.ts';
import {
  exporters,
  readSettings,
  SETTINGS,
  type SettingName,
  type Settings,
  settingsProblems,
} from '../../../src/wire/settings.ts';
import { parseEnvFile } from './env-file.ts';

const DEFAULT_FILE = '.env.test';

export interface SettingSources {
  /** Where a relative settings file is looked for. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  flags?: Partial<Record<SettingName, string>>;
}

export interface SettingsInForce {
  settings: Settings;
  /** Each stops a run. */
  problems: string[];
  /** Each is worth a word, and no more. */
  notices: string[];
}

export function settingsInForce({ root, env, flags = {} }: SettingSources): SettingsInForce {
  const file = env.LAUNCHGATE_ENV_FILE || DEFAULT_FILE;
  const path = resolve(root, file);
  if (!existsSync(path)) {
    const settings = readSettings({ ...env, ...flags });
    const missing = file === DEFAULT_FILE ? [] : [`LAUNCHGATE_ENV_FILE: ${path} is not there.`];
    return { settings, problems: [...missing, ...problemsOf(settings, env)], notices: [] };
  }
  const { values, problems } = parseEnvFile(readFileSync(path, 'utf8'), file);
  const notices = Object.keys(values)
    .filter((name) => !SETTINGS.some((setting) => setting.name === name))
    .map((name) => `${file}: ${name} is no setting of launchgate; see \`./launchgate settings\`.`);
  if (values.PLATFORM_DATABASE_URL) {
    // It names a database that the embedded platform may write to: never from a file that also names the user's own.
    delete values.PLATFORM_DATABASE_URL;
    notices.push(`${file}: PLATFORM_DATABASE_URL is taken from the environment only.`);
  }
  const settings = readSettings({ ...values, ...filled(env), ...flags });
  return { settings, problems: [...problems, ...problemsOf(settings, env)], notices };
}

/**
 * Also what begins like an address and is none by Node's own parser: no host, or one that there can't be. k6's proxies are
 * a run's business; where Node uses them, every command would.
 */
function problemsOf(settings: Settings, env: SettingSources['env']): string[] {
  const addresses = [...targetsOf(settings), ...exporters(settings).map(({ url }) => ({ what: 'EXPORTERS', url }))];
  const unreadable = addresses
    .filter(({ url }) => /^https?:\/\//.test(url) && !URL.canParse(url))
    .map(({ what }) => `${what} is no address of a host that there can be.`);
  const proxies = nodeUsesProxies(env) ? proxyProblems(env, settings) : [];
  return [...settingsProblems(settings), ...unreadable, ...proxies];
}

/** Without empty variables, which count as unset: an empty one must not hide the file's. */
function filled(env: SettingSources['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}
