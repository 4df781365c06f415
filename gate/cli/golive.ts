import { relative } from 'node:path';
import type { Command } from 'commander';
import { hostProblems } from '../../src/wire/guard.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { RESULTS_OPTION } from './results.ts';
import { explained } from './wrapped.ts';

interface GoliveOptions {
  baseUrl?: string;
  results: string;
}

/** What stays for people and for the hours after, with the line that each answers. */
const AFTERWARDS: readonly [what: string, command: string][] = [
  ['watch an hour', './launchgate monitor --for 1h'],
  ['an hour went by without an alert', './launchgate attest day.watch --by <name>'],
  ['watch a day', './launchgate monitor --for 24h'],
  ['a day went by, and somebody has read the error logs', './launchgate attest after.watch after.logs --by <name>'],
  ['if it goes wrong', 'docs/rollback.md'],
];

export function register(program: Command): void {
  const command = program
    .command('golive')
    .description('launch day: the decision stands, the platform is well, the quick test passes in production')
    .option('--base-url <url>', 'the platform that has just been deployed')
    .option(...RESULTS_OPTION)
    .action(golive);
  explained(
    command,
    'Production takes the quick test only with LAUNCHGATE_PRODUCTION and ALLOW_PRODUCTION=<its host>.',
  );
}

/** Step by step: one that fails ends it. */
async function golive({ baseUrl, results }: GoliveOptions): Promise<void> {
  const { settingsInForce } = await import('../runs/start/settings-in-force.ts');
  const flags = { PROFILE: 'standard', ...(baseUrl === undefined ? {} : { BASE_URL: baseUrl }) };
  const { settings, problems } = settingsInForce({ root: PROJECT, env: process.env, flags });
  if (problems.length > 0) return complain(problems, EXIT.usage);
  if (!settings.BASE_URL)
    return complain(['BASE_URL is not set: give --base-url, the platform that has just been deployed.'], EXIT.usage);
  const hosts = hostProblems('quick', settings);
  if (hosts.length > 0) return complain(hosts, EXIT.usage);
  if (!(await decisionStands(results))) return;
  if (!(await isWell(settings))) return;
  if (!(await quickPasses(settings))) return;
  console.log(
    ['', 'It is live. What is left:', ...AFTERWARDS.map(([what, command]) => `  ${what}: ${command}`)].join('\n'),
  );
}

async function decisionStands(results: string): Promise<boolean> {
  const { allows, newestSignoff, readSignoff } = await import('../release/signoff.ts');
  const { changesSince } = await import('../release/fingerprints.ts');
  const path = await newestSignoff(results);
  const read = path ? await readSignoff(path) : undefined;
  if (!path || !read?.ok) return stop(['nobody has decided; `./launchgate signoff` does.'], EXIT.checkFailed);
  const { decision, at, evidence } = read.content;
  const changes = await changesSince(PROJECT, evidence);
  if (changes.length > 0) return stop(changes, EXIT.invalid);
  if (!allows(decision)) return stop([`the decision of ${at.slice(0, 10)} is ${decision}.`], EXIT.checkFailed);
  return done(`The decision stands: ${decision}, ${relative('', path)}.`);
}

async function isWell(settings: Settings): Promise<boolean> {
  const { probeHealth } = await import('../runs/start/health.ts');
  const health = await probeHealth(settings, interruption());
  return health.ok
    ? done(health.notice ?? `${settings.BASE_URL} says that it is well.`)
    : stop([health.problem], EXIT.unreachable);
}

async function quickPasses(settings: Settings): Promise<boolean> {
  const { run } = await import('../runs/run.ts');
  const { terminalScreen } = await import('./terminal.ts');
  const { showEnd } = await import('./run-end.ts');
  const screen = terminalScreen(process.stderr, process.env);
  const request = {
    root: PROJECT,
    test: 'quick',
    settings,
    env: process.env,
    k6Args: [],
    screen,
    signal: interruption(),
  };
  const code = await showEnd(await run(request));
  process.exitCode = code;
  return code === EXIT.pass;
}

function done(line: string): true {
  console.log(line);
  return true;
}

function stop(problems: readonly string[], exitCode: number): false {
  complain(problems, exitCode);
  return false;
}
