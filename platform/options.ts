/** The command line and the environment of the embedded platform. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isLoopback } from '../src/wire/guard.ts';
import { DEFAULT_LIMITS, type Limits, type ParsedLimits, parseLimits } from '../src/wire/limits.ts';
import { EMBEDDED_SERVICE_KEY, readSettings, settingsProblems } from '../src/wire/settings.ts';
import { SETUP_NAMES, type SetupName, type Switches, switchesOf } from './setups.ts';

export const USAGE = `Usage: platform [--port N] [--setup free|recommended] [--switch name=value]… [--fixtures DIR | --empty]

The embedded platform of launchgate: what the tests run against when BASE_URL is empty.

  --port N             port on 127.0.0.1; 0 (the default) takes any free one
  --setup NAME         free or recommended (SETUP)
  --switch NAME=VALUE  change one switch of the setup; repeatable (PLATFORM_SWITCHES)
  --fixtures DIR       users.csv, videos.csv and questions.csv to start with (default ./fixtures)
  --empty              start without rows, to be seeded through the API
  --follow-stdin       end when standard input closes
  --list-switches      print all switches and end
  --help               print this and end

When it is ready it prints one line of JSON with its url. Settings are read from the environment as well.
`;

export interface Options {
  port: number;
  setup: SetupName;
  switches: Switches;
  /** Folder of the CSV files, or undefined to start empty. */
  fixtures: string | undefined;
  followStdin: boolean;
  /** A Postgres on loopback, or '' for PGlite. */
  databaseUrl: string;
  seed: number;
  /** Divides the time that video processing takes. */
  processingSpeedup: number;
  limits: Limits;
  routePrefix: string;
  passwordKey: string;
  anonKey: string;
  serviceKey: string;
}

/** What the program has to do, or the text that it has to print, or the one line that says what is wrong. */
export type Request =
  | { readonly kind: 'serve'; readonly options: Options }
  | { readonly kind: 'print'; readonly text: 'usage' | 'switches' }
  | { readonly kind: 'wrong'; readonly problem: string };

export function readOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Request {
  const flags = parseFlags(argv);
  if (typeof flags === 'string') return { kind: 'wrong', problem: `${flags} See --help.` };
  if (flags.help) return { kind: 'print', text: 'usage' };
  if (flags['list-switches']) return { kind: 'print', text: 'switches' };
  const settings = readSettings({ ...env, ...(flags.setup === undefined ? {} : { SETUP: flags.setup }) });
  const ours = ['SETUP ', 'SEED ', 'PROCESSING_SPEEDUP '];
  const problem =
    settingsProblems(settings).find((line) => ours.some((name) => line.startsWith(name))) ??
    portProblem(flags.port) ??
    databaseUrlProblem(settings.PLATFORM_DATABASE_URL);
  if (problem) return { kind: 'wrong', problem };
  const setup = SETUP_NAMES.find((name) => name === settings.SETUP)!;
  const changes = [...settings.PLATFORM_SWITCHES.split(',').filter((text) => text.trim() !== ''), ...flags.switch];
  try {
    const limits = limitsOf(settings.LIMITS_FILE);
    if (!limits.ok) return { kind: 'wrong', problem: limits.problems.join(' ') };
    const options: Options = {
      port: Number(flags.port),
      setup,
      switches: switchesOf(setup, changes),
      fixtures: flags.empty ? undefined : flags.fixtures,
      followStdin: flags['follow-stdin'],
      databaseUrl: settings.PLATFORM_DATABASE_URL,
      seed: Number(settings.SEED),
      processingSpeedup: Number(settings.PROCESSING_SPEEDUP || 1),
      limits: limits.limits,
      routePrefix: settings.ROUTE_PREFIX,
      passwordKey: settings.LAUNCHGATE_PASSWORD_KEY,
      anonKey: settings.SUPABASE_ANON_KEY,
      serviceKey: settings.SUPABASE_SERVICE_ROLE_KEY || EMBEDDED_SERVICE_KEY,
    };
    return { kind: 'serve', options };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'wrong', problem: error.message };
    throw error;
  }
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string', default: '0' },
        setup: { type: 'string' },
        switch: { type: 'string', multiple: true, default: [] },
        fixtures: { type: 'string', default: 'fixtures' },
        empty: { type: 'boolean', default: false },
        'follow-stdin': { type: 'boolean', default: false },
        'list-switches': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return `${(error as Error).message.split('. ')[0]}.`;
  }
}

function limitsOf(file: string): ParsedLimits {
  if (file === '') return { ok: true, limits: DEFAULT_LIMITS };
  try {
    return parseLimits(readFileSync(file, 'utf8'));
  } catch {
    return { ok: false, problems: [`LIMITS_FILE: ${file} can't be read.`] };
  }
}

function portProblem(text: string): string | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? undefined
    : `--port takes a number from 0 to 65535, not "${text}".`;
}

/** The platform drops and makes tables: it must never meet a database that is not on this machine. */
function databaseUrlProblem(url: string): string | undefined {
  if (url === '') return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    return 'PLATFORM_DATABASE_URL is no Postgres address such as postgres://user@127.0.0.1:5432/launchgate.';
  }
  // A host in the query string would win over the one that was checked.
  if (!isLoopback(parsed.hostname) || parsed.searchParams.has('host') || parsed.searchParams.has('hostaddr')) {
    return 'PLATFORM_DATABASE_URL must point to this machine (127.0.0.1, ::1 or localhost): the embedded platform makes and drops tables.';
  }
  return undefined;
}
