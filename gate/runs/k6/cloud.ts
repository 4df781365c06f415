/**
 * Runs a test on k6 Cloud: an archive without secrets goes up, k6 waits for its end. There the criteria are k6's own
 * thresholds on the facts; no summary comes back.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isLoopbackRun } from '../../../src/wire/guard.ts';
import { quotable } from '../../../src/wire/plain-text.ts';
import type { Settings } from '../../../src/wire/settings.ts';
import type { Phase, TestName } from '../../../src/workloads.ts';
import { planArchive } from '../start/preflight.ts';
import { archiveTest } from './archive.ts';
import { findK6, type K6 } from './k6.ts';
import { leash } from './leash.ts';

export interface CloudRequest {
  root: string;
  test: string;
  settings: Settings;
  /** Where K6_CLOUD_… are. */
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

export type CloudResult =
  | { kind: 'refused'; problems: string[] }
  | {
      kind: 'ended';
      test: TestName;
      phases: readonly Phase[];
      /** passed and failed speak of k6's thresholds; aborted runs have none. */
      outcome: 'passed' | 'failed' | 'aborted' | 'interrupted';
      /** Where the run can be looked at, as k6 said; or ''. */
      url: string;
      /** k6's last words, where it was aborted. */
      reason: string;
    };

/** The cloud's pages are cut by these tags; our own runs leave most of them out. */
export const CLOUD_TAGS =
  '--system-tags=proto,subproto,status,method,url,name,group,check,error,error_code,tls_version,scenario,service,expected_response';

/** Stopping the run up there takes k6 a request or two: after that it hangs. */
const STOP_MS = 60_000;
/** k6's exit code when thresholds failed. */
const THRESHOLDS = 99;

export async function runInCloud({ root, test: name, settings, env, say, signal }: CloudRequest): Promise<CloudResult> {
  const plan = await planArchive(root, name, settings);
  const found = await findK6({ root, named: settings.LAUNCHGATE_K6, path: env.PATH ?? '' });
  const problems = [
    ...(plan.ok ? [] : plan.problems),
    ...(found.ok ? cloudProblems(env, found.k6) : [found.problem]),
    ...targetProblems(settings),
  ];
  if (!plan.ok || !found.ok || problems.length > 0) return { kind: 'refused', problems };
  const { test, phases } = plan;
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-cloud-'));
  try {
    const path = join(folder, `${test}.tar`);
    const problem = await archiveTest({ root, test, settings, k6: found.k6, path, k6Args: [CLOUD_TAGS] });
    if (problem) return { kind: 'refused', problems: [problem] };
    if (signal.aborted) return { kind: 'ended', test, phases, outcome: 'interrupted', url: '', reason: '' };
    const ended = await k6CloudRun(found.k6, path, cloudEnvironment(env), say, signal);
    return { kind: 'ended', test, phases, ...ended };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ACCOUNT = {
  K6_CLOUD_TOKEN: 'the API token of Grafana Cloud k6',
  K6_CLOUD_PROJECT_ID: 'the number of the project',
};

/** What k6 needs to know of the cloud, one line for each that is missing. */
export function cloudProblems(env: NodeJS.ProcessEnv, { version }: K6): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const stacks = major > 1 || minor >= 6;
  return missing(env, { ...ACCOUNT, ...(stacks ? { K6_CLOUD_STACK_ID: 'the number of the stack' } : {}) });
}

/** What keeps a run on this machine from streaming to the cloud. */
export function streamProblems(env: NodeJS.ProcessEnv, { GENERATORS }: Settings): string[] {
  const several = `GENERATORS=${GENERATORS}: each k6 would be a run of its own in the cloud; with --local it must be 1.`;
  return [...missing(env, ACCOUNT), ...(GENERATORS === '1' ? [] : [several])];
}

function missing(env: NodeJS.ProcessEnv, needed: Readonly<Record<string, string>>): string[] {
  return Object.entries(needed)
    .filter(([name]) => !env[name]?.trim())
    .map(([name, what]) => `${name} is not set: ${what}.`);
}

function targetProblems(settings: Settings): string[] {
  if (settings.BASE_URL === '') return ['BASE_URL is not set: k6 Cloud needs a platform that it can reach.'];
  return isLoopbackRun(settings) ? [`BASE_URL: k6 Cloud can't reach ${settings.BASE_URL}; use --local.`] : [];
}

/** Of the environment only what speaks of the cloud: k6 stores nothing of it in the archive, and needs nothing else. */
function cloudEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([key]) => key.startsWith('K6_CLOUD_') || /^(PATH|HOME|.*_PROXY)$/i.test(key),
  );
  return { ...Object.fromEntries(kept), K6_NO_USAGE_REPORT: 'true' };
}

type Ended = Pick<Extract<CloudResult, { kind: 'ended' }>, 'outcome' | 'url' | 'reason'>;

function k6CloudRun(
  k6: K6,
  archive: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  say('Handing the archive to k6 Cloud …');
  const child = spawn(k6.path, ['cloud', 'run', '--no-color', '--show-logs=false', '--log-format', 'raw', archive], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: k6 hears of Ctrl-C once, from here, and then stops the run up there.
    detached: true,
  });
  let url = '';
  let status = '';
  let reason = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    status = quotable(/test status: (.+)/.exec(line)?.[1] ?? status);
    const found = /https?:\/\/[!-~]+\/runs\/\w+/.exec(line)?.[0];
    if (!found || url) return;
    url = found;
    say(`It runs: ${url}`);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    reason = text.trim().split('\n').at(-1) ?? reason;
  });
  const letGo = leash(child.pid, 'INT', STOP_MS);
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGINT');
    timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((done) => {
    const end = (code: number | null) => {
      letGo();
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      const outcome = signal.aborted ? 'interrupted' : outcomeOf(k6, code, status);
      const said = reason.replaceAll(env.K6_CLOUD_TOKEN!, '[redacted]');
      done({ outcome, url, reason: quotable(said) || (status && `k6 Cloud says: ${status}.`) });
    };
    child.on('close', end);
    child.on('error', (error) => {
      reason = error.message;
      end(null);
    });
  });
}

/** Before 2.0 k6 exits with 0 when the cloud has aborted the run, and only its words tell. */
function outcomeOf({ version }: K6, code: number | null, status: string): Ended['outcome'] {
  if (code === THRESHOLDS) return 'failed';
  const finished = Number(version.split('.')[0]) >= 2 || status === 'Finished';
  return code === 0 && finished ? 'passed' : 'aborted';
}
