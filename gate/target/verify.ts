/**
 * Everything that can be known to be wrong before a load test, one line each with its remedy: this machine, the settings,
 * the target, the data, and a sign-in with an answer by the contract test.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLoopbackRun } from '../../src/wire/guard.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/wire/limits.ts';
import { redact, type Settings } from '../../src/wire/settings.ts';
import {
  fileMemoryBytes,
  mostUsers,
  type Phase,
  type Profile,
  plannedAiCalls,
  plannedMessagesPerSecond,
  plannedSeconds,
  type TestName,
} from '../../src/workloads.ts';
import { findK6 } from '../runs/k6/k6.ts';
import { k6Environment } from '../runs/k6/k6-environment.ts';
import { settingsOnEmbedded } from '../runs/run.ts';
import { inspectContract } from '../runs/start/contract.ts';
import { readLimits } from '../runs/start/limits-file.ts';
import { planRun } from '../runs/start/preflight.ts';
import { connect, type Report } from './project.ts';
import { Refusal } from './refusal.ts';
import { seedRequest } from './seed-request.ts';
import { type Check, failed, notMeasured, ok } from './verify/check.ts';
import { dataCheck, quotaCheck, searchCheck } from './verify/data.ts';
import { machineChecks } from './verify/machine.ts';
import { anonKeyCheck, clockCheck, metricsCheck, reachableCheck } from './verify/service.ts';
import { signInChecks } from './verify/sign-ins.ts';

export interface VerifyRequest {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** With BASE_URL set: to the user's platform, or to the embedded one that was started for this. */
  readonly settings: Settings;
  readonly embedded: boolean;
  readonly tests: readonly TestName[];
  readonly chunks: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface PlannedTest {
  readonly test: TestName;
  readonly phases: readonly Phase[];
  /** Of the target, as this test will meet them. */
  readonly limits: Limits;
}

/** The checks as they are made; the planned tests, for the estimate, come with the return. */
export async function* verify(request: VerifyRequest): AsyncGenerator<Check, readonly PlannedTest[]> {
  const { root, env, settings, tests } = request;
  const planned: PlannedTest[] = [];
  const problems = new Set<string>();
  const limits = await readLimits(root, settings);
  if (!limits.ok) for (const problem of limits.problems) problems.add(problem);
  for (const test of tests) {
    const plan = await planRun(root, test, settings);
    const met = request.embedded ? await readLimits(root, settingsOnEmbedded(settings, root, test)) : limits;
    if (plan.ok) planned.push({ test, phases: plan.phases, limits: met.ok ? met.limits : DEFAULT_LIMITS });
    else for (const problem of plan.problems) problems.add(problem);
  }
  for (const problem of problems) yield failed('settings', problem);
  if (problems.size === 0) yield ok('settings', 'complete, and every host may be loaded');

  const users = Math.max(1, ...planned.map(({ test, phases }) => mostUsers(test, phases)));
  const files = planned.map(({ test, phases }) => fileMemoryBytes(test, phases, settings.PROFILE as Profile));
  yield* await machineChecks(root, settings, env.PATH ?? '', { users, fileBytes: Math.max(0, ...files) });
  if (problems.size > 0) return planned;

  const reachable = await reachableCheck(settings);
  yield reachable;
  if (reachable.outcome === 'failed') return planned;
  yield await anonKeyCheck(settings);
  yield* signInChecks(settings, planned);
  yield await clockCheck(settings);
  yield await metricsCheck(settings.METRICS_URL || (request.embedded ? `${settings.BASE_URL}/metrics` : ''));
  yield* dataChecks(request, planned, limits.ok ? limits.limits : DEFAULT_LIMITS);
  yield await contractCheck(request);
  return planned;
}

async function* dataChecks(
  { root, settings, chunks, report }: VerifyRequest,
  planned: readonly PlannedTest[],
  limits: Limits,
): AsyncGenerator<Check> {
  const needed = Math.max(1, ...planned.map(({ test, phases }) => mostUsers(test, phases)));
  const plan = await seedRequest(root, { students: needed, chunks }, new Date());
  if (!plan.ok) return yield* plan.problems.map((problem) => failed('data', problem));
  if (!settings.SUPABASE_SERVICE_ROLE_KEY && !isLoopbackRun(settings)) {
    return yield notMeasured('data', 'set SUPABASE_SERVICE_ROLE_KEY to have data and quotas looked at.');
  }
  try {
    const project = await connect(settings, 'reading', report);
    yield ok('service key', `it has the service role in ${project.ref}`);
    yield await dataCheck(project, plan.request);
    yield await searchCheck(project, plan.request);
    const asking = planned.filter(({ test, phases }) => plannedAiCalls(test, phases, 1) > 0);
    if (asking.length > 0) {
      const students = plan.request.fixtures.users.filter(({ role }) => role === 'student');
      const users = Math.max(...asking.map(({ test, phases }) => mostUsers(test, phases)));
      yield await quotaCheck(project, students.slice(0, users), questionsOfOne(asking, Number(settings.PACE)), limits);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield failed('data', error.message);
  }
}

/** Questions of a user who takes part from the first second to the last, in all of these tests. */
function questionsOfOne(tests: readonly PlannedTest[], pace: number): number {
  const seconds = tests.reduce((sum, { test, phases }) => sum + plannedSeconds(test, phases), 0);
  return Math.ceil(plannedMessagesPerSecond(1, pace) * seconds);
}

/** Signs a user in and asks a question, by the test that precedes every run. */
async function contractCheck({ root, env, settings, tests, signal }: VerifyRequest): Promise<Check> {
  const found = await findK6({ root, named: settings.LAUNCHGATE_K6, path: env.PATH ?? '' });
  if (!found.ok) return notMeasured('contract', 'it needs k6.');
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-verify-'));
  try {
    const { fatal, deviations } = await inspectContract({
      ...{ root, folder, signal },
      test: tests.length === 1 ? tests[0]! : '',
      binary: found.k6.path,
      env: k6Environment(env, settings).env,
      runId: `verify-${Date.now().toString(36)}`,
      redact: (line) => redact(line, settings),
    });
    if (fatal.length > 0) return failed('contract', fatal.join(' '));
    if (deviations.length > 0) return ok('contract', `signs in and answers, but deviates: ${deviations.join(' ')}`);
    return ok('contract', 'signs in, answers and refuses as documented');
  } finally {
    await rm(folder, { recursive: true });
  }
}
