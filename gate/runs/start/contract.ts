/**
 * Runs the contract test before the load: one user, seconds, all deviations at once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quotable } from '../../../src/wire/plain-text.ts';
import type { TestName } from '../../../src/workloads.ts';
import { CONTRACT } from '../folder/run-folder.ts';
import { startK6 } from '../k6/k6-process.ts';

export interface ContractResult {
  /** Whose fault the fatal lines are: the target's, or the settings'. */
  why: 'unreachable' | 'usage';
  /** Anything here, and the load test would be meaningless. */
  fatal: string[];
  deviations: string[];
  /** Expectations that held. */
  asDocumented: number;
  /** Which k6-testing the bundle holds. */
  k6Testing: string;
}

interface Inspection {
  root: string;
  /** Whose routes are looked at; '' means those of all tests. */
  test: TestName | '';
  /** The run folder. */
  folder: string;
  binary: string;
  env: NodeJS.ProcessEnv;
  runId: string;
  redact: (line: string) => string;
  signal: AbortSignal;
}

export async function inspectContract(inspection: Inspection): Promise<ContractResult> {
  const { root, test, folder, binary, env, runId, redact, signal } = inspection;
  const path = join(folder, CONTRACT);
  const child = startK6({
    binary,
    args: [join(root, 'dist/contract.js')],
    // It looks at signing in itself.
    env: {
      ...{ ...env, LAUNCHGATE_RUN_ID: runId, CONTRACT_FOR: test, CONTRACT_RESULT: path, SESSIONS_FILE: '' },
      // It reads no signals and streams nothing.
      ...{ METRICS_AUTHORIZATION: undefined, K6_CLOUD_TOKEN: undefined },
    },
    folder,
    redact,
  });
  const stop = () => child.stop();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const end = await child.ended;
  signal.removeEventListener('abort', stop);

  const found = await resultIn(path);
  if (!found) {
    const said = end.errors.length > 0 ? end.errors : [`k6 ended with ${end.signal ?? end.exitCode} and said nothing.`];
    const fatal = ['the contract test could not run:', ...said];
    return { why: 'usage', fatal, deviations: [], asDocumented: 0, k6Testing: '' };
  }
  const shown = (line: string) => quotable(redact(line));
  return {
    why: 'unreachable',
    fatal: found.fatal.map(shown),
    deviations: found.deviations.map(shown),
    asDocumented: found.asDocumented ?? 0,
    k6Testing: found.k6Testing ?? '',
  };
}

type Found = Pick<ContractResult, 'fatal' | 'deviations'> & Partial<ContractResult>;

/** undefined when k6 did not come to write it, or not all of it: on a full disk it is empty. */
async function resultIn(path: string): Promise<Found | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Found;
  } catch {
    return undefined;
  }
}
