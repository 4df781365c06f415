/**
 * The contract test by itself: every route, no load, no run folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardProblems, proxyProblems } from '../../../src/wire/guard.ts';
import { redact } from '../../../src/wire/settings.ts';
import { findK6 } from '../k6/k6.ts';
import { k6Environment } from '../k6/k6-environment.ts';
import { forEmbedded, newRunId, type RunRequest, type RunResult } from '../run.ts';
import { type ContractResult, inspectContract } from './contract.ts';
import { probeHealth } from './health.ts';
import { startPlatform } from './platform-process.ts';

export type ContractRun =
  | ({ kind: 'inspected' } & Pick<ContractResult, 'fatal' | 'deviations' | 'asDocumented'>)
  | Extract<RunResult, { kind: 'stopped' }>;

type Request = Pick<RunRequest, 'root' | 'settings' | 'env' | 'screen' | 'signal'>;

/** Looks at every route of the platform that the settings name, or of the embedded one. */
export async function runContract(request: Request): Promise<ContractRun> {
  const { root, settings, env, screen, signal } = request;
  if (settings.BASE_URL) {
    const problems = [...guardProblems('contract', settings), ...proxyProblems(env, settings)];
    return problems.length > 0 ? { kind: 'stopped', why: 'usage', problems } : inspect(request);
  }
  const target = forEmbedded(settings);
  screen.line(`Starting the embedded platform (setup ${settings.SETUP}) …`);
  const started = await startPlatform({ root, settings: target, env, say: screen.line, signal });
  if (!started.ok) return { kind: 'stopped', why: started.why, problems: started.problems };
  try {
    return await inspect({ ...request, settings: { ...target, BASE_URL: started.platform.url } });
  } finally {
    await started.platform.stop();
  }
}

async function inspect({ root, settings, env, screen, signal }: Request): Promise<ContractRun> {
  const found = await findK6({ root, named: settings.LAUNCHGATE_K6, path: env.PATH ?? '' });
  if (!found.ok) return { kind: 'stopped', why: 'usage', problems: [found.problem] };
  const health = await probeHealth(settings, signal);
  if (signal.aborted) return { kind: 'stopped', why: 'interrupted', problems: [] };
  if (!health.ok) return { kind: 'stopped', why: 'unreachable', problems: [health.problem] };
  screen.line('Looking at every route …');
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-contract-'));
  try {
    const result = await inspectContract({
      ...{ root, folder, signal, test: '', binary: found.k6.path, runId: newRunId() },
      env: k6Environment(env, settings).env,
      redact: (line) => redact(line, settings),
    });
    if (signal.aborted) return { kind: 'stopped', why: 'interrupted', problems: [] };
    if (result.why === 'usage') return { kind: 'stopped', why: 'usage', problems: result.fatal };
    return { kind: 'inspected', ...result };
  } finally {
    await rm(folder, { recursive: true });
  }
}
