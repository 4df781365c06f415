/**
 * What k6 gets to see of the user's environment: our settings, and of k6's own variables only those that add outputs.
 */
import type { Settings } from '../../../src/wire/settings.ts';

/** K6_ variables that leave the load and the facts as they are. */
const HARMLESS = ['K6_WEB_DASHBOARD', 'K6_PROMETHEUS_RW_', 'K6_OTEL_', 'K6_CLOUD_', 'K6_INFLUXDB_', 'K6_STATSD_'];

/** Settings that nothing in k6 needs: what isn't there can't leak. */
const NOT_FOR_K6 = [
  'SUPABASE_SERVICE_ROLE_KEY',
  'DATABASE_URL',
  'PLATFORM_DATABASE_URL',
  'EXPORTERS',
  'REDIS_URL',
  'UPSTASH_ACCOUNT',
] as const;

/** k6 options on the command line that would replace or bend the workload, and what to use instead. */
const BENDING: Readonly<Record<string, string>> = {
  '--vus': '--users',
  '-u': '--users',
  '--duration': '--profile',
  '-d': '--profile',
  '--iterations': '--profile',
  '-i': '--profile',
  '--stage': '--profile',
  '-s': '--profile',
  '--summary-mode': 'verdict.json',
  '--no-thresholds': 'nothing: k6 counts, launchgate judges',
  '--blacklist-ip': 'nothing: the guard sets it',
  '--no-setup': 'nothing: setup checks the target',
  '--config': 'the settings of launchgate',
  '-c': 'the settings of launchgate',
  '-e': 'the environment or .env.test',
  '--env': 'the environment or .env.test',
};

export interface K6Environment {
  env: NodeJS.ProcessEnv;
  /** Variables of the user's that were left out. */
  dropped: string[];
}

/** @param streams whether k6 needs the key to k6 Cloud */
export function k6Environment(env: NodeJS.ProcessEnv, settings: Settings, streams = false): K6Environment {
  const dropped = Object.keys(env).filter(
    (name) =>
      name.startsWith('K6_') && name !== 'K6_NO_USAGE_REPORT' && !HARMLESS.some((start) => name.startsWith(start)),
  );
  const kept: NodeJS.ProcessEnv = { ...env, ...settings, K6_NO_USAGE_REPORT: 'true' };
  const unused = [...(streams ? [] : ['K6_CLOUD_TOKEN']), ...(settings.METRICS_URL ? [] : ['METRICS_AUTHORIZATION'])];
  for (const name of [...dropped, ...NOT_FOR_K6, ...unused]) delete kept[name];
  return { env: kept, dropped };
}

/** One line for each k6 argument that a run can't take. */
export function k6ArgumentProblems(args: readonly string[]): string[] {
  const first = args[0];
  if (first !== undefined && !first.startsWith('-')) {
    return [`"${first}" is no option of k6; give the profile as --profile.`];
  }
  return args.flatMap((arg) => {
    // Short options may carry their value, and stand behind those that have none: -u50, -vu50.
    const name = /^-[a-z]/i.test(arg) ? arg.replace(/^-[hlpqvw]+(?=\w)/, '-').slice(0, 2) : arg.split('=')[0]!;
    const instead = BENDING[name];
    return instead ? [`k6 option ${name} would change what is measured; use ${instead}.`] : [];
  });
}
