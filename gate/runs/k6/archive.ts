/**
 * Makes the k6 archive of a test: one file that runs by itself where there is nothing but k6. It holds bundle, fixtures,
 * scenarios and those settings that are no secrets.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { printable } from '../../../src/wire/plain-text.ts';
import { loadShape, SETTINGS, type SettingName, type Settings, secretValues } from '../../../src/wire/settings.ts';
import type { TestName } from '../../../src/workloads.ts';
import type { K6 } from './k6.ts';

export interface ArchiveRequest {
  /** The project's folder. */
  root: string;
  test: TestName;
  /** With BASE_URL. */
  settings: Settings;
  k6: K6;
  /** Where the archive goes. */
  path: string;
  /** Further arguments of `k6 archive`. */
  k6Args?: readonly string[];
}

/** Settings that are true of this machine or this moment only. */
const NOT_ARCHIVED: readonly SettingName[] = ['LIMITS_FILE', 'SESSIONS_FILE', 'ALLOW_PRODUCTION', 'GENERATORS'];
const ARCHIVED_GROUPS: readonly string[] = ['target', 'safety', 'load', 'data'];

/** What the archive carries as its own environment; whoever runs it may set more, or other, but not another load. */
export function archivedSettings(settings: Settings): [SettingName, string][] {
  const shared = SETTINGS.filter(
    (setting) =>
      ARCHIVED_GROUPS.includes(setting.group) && !('secret' in setting) && !NOT_ARCHIVED.includes(setting.name),
  );
  const set = shared.filter(({ name, default: usual }) => settings[name] !== usual);
  return [
    ...set.map(({ name }): [SettingName, string] => [name, settings[name]]),
    ['ARCHIVED_LOAD', loadShape(settings)],
    ...(settings.CLOUD_ZONES ? [['CLOUD_ZONES', settings.CLOUD_ZONES] as [SettingName, string]] : []),
  ];
}

/** @returns one line when there is no archive */
export async function archiveTest({ root, test, settings, k6, path, k6Args = [] }: ArchiveRequest) {
  await mkdir(dirname(path), { recursive: true });
  const env = archivedSettings(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const problem = await said(k6.path, [
    ...['archive', '--quiet', '--no-color', '--log-format', 'raw', '--archive-out', path],
    ...[...env, ...k6Args, join(root, 'dist', `${test}.js`)],
  ]);
  if (problem) return `k6 made no archive: ${problem}`;
  return leakProblem(path, secretValues(settings));
}

/** What is not there can't leak: an archive that holds a secret after all is thrown away. */
async function leakProblem(path: string, secrets: readonly string[]): Promise<string | undefined> {
  const content = await readFile(path);
  if (!secrets.some((secret) => content.includes(secret))) return undefined;
  await rm(path);
  return 'the archive held a secret, so it was thrown away; is one of the settings written into another one?';
}

/** Runs k6 with nothing of the person's own environment. @returns its last words when it failed */
function said(binary: string, args: readonly string[]): Promise<string | undefined> {
  const { PATH, HOME } = process.env;
  return new Promise((done) =>
    execFile(binary, args, { env: { PATH, HOME, K6_NO_USAGE_REPORT: 'true' } }, (error, _, stderr) =>
      done(error ? printable(stderr) || error.message : undefined),
    ),
  );
}
