/**
 * Every secret set to a canary, every command that meets one run, and everything looked through that is left: what was
 * printed, what was written, and what other people see of processes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SETTINGS } from '../../src/wire/settings.ts';
import { firstLine, spawnPlatform } from '../platform/embedded.ts';
import { type Canary, programOf, Search, type Sighting, watchProcesses } from './canaries.ts';
import { type CopiedProject, copiedProject } from './copied-project.ts';
import { type Recorder, recorder } from './recorder.ts';
import { type TellTales, tellTales } from './tell-tales.ts';

export interface Swept {
  readonly commands: readonly { readonly line: string; readonly exitCode: number | null }[];
  /** Set by hand, and issued by the platform or made from the key while commands ran. */
  readonly canaries: { readonly set: number; readonly issued: number };
  /** Files, streams and command lines that were looked through. */
  readonly places: number;
  readonly sightings: readonly Sighting[];
  /** Which secrets each program had in its environment. */
  readonly environments: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a program may know: all others know none. launchgate itself is started with everything. */
export const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  'launchgate.mjs': [...SETTINGS.filter((setting) => 'secret' in setting).map(({ name }) => name), 'K6_CLOUD_TOKEN'],
  k6: ['SUPABASE_ANON_KEY', 'EXTRA_HEADERS', 'LAUNCHGATE_PASSWORD_KEY', 'METRICS_AUTHORIZATION', 'K6_CLOUD_TOKEN'],
  'platform.mjs': [
    ...['SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'LAUNCHGATE_PASSWORD_KEY', 'PLATFORM_DATABASE_URL'],
  ],
};

/** With all that addresses, JSON and shells give a meaning. */
const value = (name: string) => `c4nary.${name}/+"%7`;

/** Where commands find a platform, and the servers that repeat what they hear. */
interface Scene {
  readonly project: CopiedProject;
  readonly platform: Recorder;
  readonly tales: TellTales;
}

interface Command {
  readonly args: readonly string[];
  /** What is otherwise than in all commands, and why, for the table. */
  readonly env?: Readonly<Record<string, string>>;
  readonly as?: string;
}

function settingsOf({ platform, tales }: Scene): Record<string, string> {
  const inUrl = (name: string) => encodeURIComponent(value(name));
  const exporter = {
    url: `http://me:${inUrl('EXPORTERS')}@127.0.0.1:${tales.httpPort}/metrics`,
    authorization: `Bearer ${value('EXPORTERS')}`,
  };
  return {
    BASE_URL: platform.url,
    SUPABASE_ANON_KEY: value('SUPABASE_ANON_KEY'),
    SUPABASE_SERVICE_ROLE_KEY: value('SUPABASE_SERVICE_ROLE_KEY'),
    EXTRA_HEADERS: JSON.stringify({ 'x-bypass': value('EXTRA_HEADERS') }),
    METRICS_URL: `${platform.url}/metrics`,
    METRICS_AUTHORIZATION: `Bearer ${value('METRICS_AUTHORIZATION')}`,
    EXPORTERS: JSON.stringify([exporter]),
    DATABASE_URL: `postgres://me:${inUrl('DATABASE_URL')}@127.0.0.1:${tales.postgresPort}/app`,
    REDIS_URL: `redis://default:${inUrl('REDIS_URL')}@127.0.0.1:${tales.redisPort}`,
    UPSTASH_ACCOUNT: `me@example.com:${value('UPSTASH_ACCOUNT')}`,
    LAUNCHGATE_PASSWORD_KEY: value('LAUNCHGATE_PASSWORD_KEY'),
    PLATFORM_DATABASE_URL: `postgres://me:${inUrl('PLATFORM_DATABASE_URL')}@127.0.0.1:${tales.postgresPort}/app`,
    K6_CLOUD_TOKEN: value('K6_CLOUD_TOKEN'),
    K6_CLOUD_HOST: `http://127.0.0.1:${tales.httpPort}`,
    K6_CLOUD_HOST_V6: `http://127.0.0.1:${tales.httpPort}`,
  };
}

const CANARIES: readonly Canary[] = MAY_KNOW['launchgate.mjs']!.map((name) => ({ name, value: value(name) }));

const QUICK = ['--profile', 'smoke'] as const;
const TOWARDS = (url: string) => ({ BASE_URL: url, METRICS_URL: '' });

/** At the same time: none waits for another. */
function shortCommands({ tales, platform }: Scene): Command[] {
  const told = TOWARDS(`http://127.0.0.1:${tales.httpPort}`);
  const toldBy = (...args: string[]): Command => ({ args, env: told, as: 'of a target that repeats what it is sent' });
  const wrong = (env: Record<string, string>, as: string): Command => ({ args: ['run', 'quick', ...QUICK], env, as });
  return [
    { args: ['run', 'quick', ...QUICK] },
    { args: ['settings'] },
    { args: ['verify', 'quick'] },
    { args: ['monitor', '--for', '6s', '--out', 'watch.md'] },
    { args: ['archive', 'quick', ...QUICK] },
    { args: ['sessions', 'prepare', '--students', '3', '--uploaders', '1'] },
    { args: ['cloud', 'quick', ...QUICK] },
    toldBy('run', 'quick', ...QUICK),
    toldBy('run', 'contract'),
    toldBy('sessions', 'prepare', '--students', '1', '--uploaders', '1'),
    toldBy('verify', 'quick'),
    toldBy('data', 'status'),
    toldBy('audit'),
    wrong(
      { BASE_URL: 'http://nowhere.invalid', LAUNCHGATE_TARGETS: 'nowhere.invalid' },
      'of a name that DNS does not know',
    ),
    wrong({ BASE_URL: platform.url.replace('http:', 'https:') }, 'of a target without TLS'),
    wrong(
      { BASE_URL: `http://me:${encodeURIComponent(value('LAUNCHGATE_PASSWORD_KEY'))}@127.0.0.1` },
      'with a password in BASE_URL',
    ),
    wrong({ BASE_URL: '', METRICS_URL: '' }, 'embedded, on a Postgres that refuses'),
    wrong({ EXTRA_HEADERS: `{"x-bypass":"${value('EXTRA_HEADERS')}` }, 'with EXTRA_HEADERS that are no JSON'),
  ];
}

/** One after the other: they rest on what the ones before left. */
const LONG_COMMANDS: readonly Command[] = [
  { args: ['run', 'contract'] },
  { args: ['data', 'status'] },
  { args: ['data', 'seed', '--students', '20', '--chunks', '100'] },
  { args: ['data', 'reset-usage'] },
  { args: ['run', 'chat', ...QUICK, '--generators', '2'] },
  {
    args: ['run', 'quick', ...QUICK],
    env: { SESSIONS_FILE: '.sessions/127.0.0.1.json' },
    as: 'with prepared sessions',
  },
  { args: ['run', 'auth', ...QUICK] },
  { args: ['cloud', 'quick', ...QUICK, '--local'], env: { K6_CLOUD_PROJECT_ID: '7', K6_CLOUD_STACK_ID: '5' } },
  { args: ['audit', '--writes'] },
  { args: ['diagnose', 'quick'] },
  { args: ['report', 'quick'] },
  { args: ['baseline', 'save', 'quick'] },
  { args: ['compare', 'quick'] },
  { args: ['capacity', 'quick', '--from', '8', '--most', '8', '--budget', '1', '--short', '5', '--full', '10'] },
  { args: ['plan'] },
  { args: ['checklist'] },
  { args: ['attest', 'costs.budget', '--by', 'Ada Lovelace', '--note', 'board meeting'] },
  { args: ['signoff'] },
  { args: ['golive'] },
  { args: ['monitor', '--until-healthy', '--within', '20s'] },
  { args: ['run', 'quick', ...QUICK, '--setup', 'free'], env: { PLATFORM_DATABASE_URL: '' }, as: 'embedded' },
  { args: ['data', 'clean'] },
];

/** @param whole with every command; else those that meet secrets most */
export async function sweep(whole: boolean): Promise<Swept> {
  const project = await copiedProject();
  await mkdir(join(project.root, 'tmp'));
  await tellingGit(project.root);
  const platformProcess = spawnPlatform(['--follow-stdin', '--fixtures', join(project.root, 'fixtures')], {
    PLATFORM_SWITCHES: 'chunks=200,aiSlowdown=0',
    ...Object.fromEntries(MAY_KNOW['platform.mjs']!.slice(0, 3).map((name) => [name, value(name)])),
  });
  const { url } = JSON.parse(await firstLine(platformProcess)) as { url: string };
  const scene: Scene = { project, platform: await recorder(url), tales: await tellTales() };
  const processes = watchProcesses();
  const ended: { line: string; exitCode: number | null; said: string }[] = [];
  try {
    const PATH = [join(project.root, 'bin'), process.env.PATH].join(delimiter);
    const common = { ...settingsOf(scene), TMPDIR: join(project.root, 'tmp'), PATH };
    const run = async ({ args, env, as }: Command) => {
      const { exitCode, stdout, stderr } = await project.gate(args, { ...common, ...env });
      ended.push({
        line: ['launchgate', ...args, ...(as ? [`(${as})`] : [])].join(' '),
        exitCode,
        said: stdout + stderr,
      });
    };
    await Promise.all(shortCommands(scene).map(run));
    if (whole) for (const command of LONG_COMMANDS) await run(command);
  } finally {
    platformProcess.stdin!.end();
    scene.tales.close();
    scene.platform.close();
  }
  const seen = [...(await processes.stop()).values()];
  const issued = scene.platform.canaries();
  const search = new Search(CANARIES, issued);
  for (const { line, said } of ended) search.look(`printed by ${line}`, said);
  for (const each of seen) search.look(`command line of ${programOf(each)}`, each.command);
  // Sessions are what the file of sessions is for; it is its owner's alone.
  await search.lookThrough(project.root, (path) => /^(?:dist\/(?!.*\.tar$)|fixtures|\.sessions)/.test(path));
  await project.remove();
  return {
    commands: ended.map(({ line, exitCode }) => ({ line, exitCode })),
    canaries: { set: CANARIES.length, issued: issued.length },
    places: search.places,
    sightings: search.sightings,
    environments: environmentsOf(seen),
  };
}

/** A git that writes down its environment: the real one is gone before anybody could look. */
async function tellingGit(root: string): Promise<void> {
  await mkdir(join(root, 'bin'));
  const script = `#!/bin/sh\nenv >'${join(root, 'tmp', 'environment-of-git')}'\necho 0000000\n`;
  await writeFile(join(root, 'bin', 'git'), script, { mode: 0o755 });
}

function environmentsOf(seen: readonly { command: string; environ: string }[]): Map<string, Set<string>> {
  const environments = new Map<string, Set<string>>();
  for (const each of seen) {
    const known = CANARIES.filter(({ name }) => each.environ.split('\0').some((entry) => isSet(entry, name)));
    const before = environments.get(programOf(each)) ?? [];
    environments.set(programOf(each), new Set([...before, ...known.map(({ name }) => name)]));
  }
  return environments;
}

function isSet(entry: string, name: string): boolean {
  return entry.startsWith(`${name}=`) && entry.length > name.length + 1;
}

/** `git knows DATABASE_URL`, for whatever a program has and needs not. */
export function overheard(environments: Swept['environments']): string[] {
  return [...environments].flatMap(([program, names]) =>
    [...names].filter((name) => !MAY_KNOW[program]?.includes(name)).map((name) => `${program} knows ${name}`),
  );
}
