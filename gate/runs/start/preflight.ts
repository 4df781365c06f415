/**
 * What can be known to be wrong before anything is started. All of it is said at once.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { guardProblems, isLoopbackRun } from '../../../src/wire/guard.ts';
import { readSessions, sessionsProblem, unreadableSessions } from '../../../src/wire/sessions.ts';
import type { Settings } from '../../../src/wire/settings.ts';
import {
  allVirtualUsers,
  neededStudents,
  type Phase,
  plannedAiCalls,
  plannedPhases,
  plannedSeconds,
  TEST_NAMES,
  type TestName,
  usersWithSessions,
} from '../../../src/workloads.ts';
import { resultsProblem } from '../folder/run-folder.ts';
import { type Fixtures, readFixtures } from './fixture-files.ts';
import { readLimits } from './limits-file.ts';

export type Plan = { ok: true; test: TestName; phases: readonly Phase[] } | { ok: false; problems: string[] };

/** The phases of the run that these settings ask for, or all that speaks against it. */
export async function planRun(root: string, testName: string, settings: Settings): Promise<Plan> {
  const test = TEST_NAMES.find((name) => name === testName);
  if (!test) return { ok: false, problems: [`there is no test "${testName}"; there are ${TEST_NAMES.join(', ')}.`] };
  const problems = settings.BASE_URL ? guardProblems(test, settings) : [];
  const phases = allowedPhases(test, settings, problems);
  const read = await readFixtures(root);
  if (!read.ok) problems.push(...read.problems);
  if (phases && read.ok) {
    const students = read.fixtures.users.filter(({ role }) => role === 'student').length;
    const needed = neededStudents(test, phases, Number(settings.GENERATORS));
    if (needed > students) {
      problems.push(
        `${test} needs ${needed} users and fixtures/users.csv has ${students} students; run \`./launchgate data generate --students ${needed}\` or lower USERS.`,
      );
    }
  }
  const users = phases ? allVirtualUsers(test, phases) : Number.POSITIVE_INFINITY;
  if (Number(settings.GENERATORS) > users) {
    problems.push(
      `GENERATORS=${settings.GENERATORS} is more than the ${users} users of this run; each needs one at least.`,
    );
  }
  if (phases && read.ok) problems.push(...(await sessionProblems(root, test, phases, read.fixtures, settings)));
  // The embedded platform has limits of its own.
  const limits = settings.BASE_URL ? await readLimits(root, settings) : undefined;
  if (limits?.ok === false) problems.push(...limits.problems);
  const unwritable = await resultsProblem(root, test);
  if (unwritable) problems.push(unwritable);
  return phases && problems.length === 0 ? { ok: true, test, phases } : { ok: false, problems };
}

/** The same for an archive, which takes no file of this machine's along. */
export function planArchive(root: string, testName: string, settings: Settings): Promise<Plan> {
  return planRun(root, testName, { ...settings, LIMITS_FILE: '', SESSIONS_FILE: '' });
}

function allowedPhases(test: TestName, settings: Settings, problems: string[]): readonly Phase[] | undefined {
  let phases: readonly Phase[];
  try {
    phases = plannedPhases(test, settings);
  } catch (error) {
    problems.push((error as Error).message);
    return undefined;
  }
  const calls = plannedAiCalls(test, phases, Number(settings.PACE));
  if (settings.BASE_URL && !isLoopbackRun(settings) && calls > Number(settings.MAX_AI_CALLS)) {
    problems.push(
      `${test} ${settings.PROFILE} plans ${calls} AI answers, above MAX_AI_CALLS=${settings.MAX_AI_CALLS}; raise it or choose a smaller profile.`,
    );
  }
  return phases;
}

/** Whether the prepared sessions that SESSIONS_FILE names, if it does, are there and last; nobody has the embedded platform's. */
async function sessionProblems(
  root: string,
  test: TestName,
  phases: readonly Phase[],
  { users }: Fixtures,
  { SESSIONS_FILE: file, SUPABASE_URL, BASE_URL, GENERATORS }: Settings,
): Promise<string[]> {
  const needed = usersWithSessions(test, phases, users, Number(GENERATORS));
  if (file === '' || BASE_URL === '' || needed.length === 0) return [];
  const text = await readFile(resolve(root, file), 'utf8').catch(() => undefined);
  if (text === undefined) return [unreadableSessions(file)];
  const read = readSessions(text, (SUPABASE_URL || BASE_URL).replace(/\/+$/, ''));
  if (!read.ok) return [read.problem];
  const emails = needed.map(({ email }) => email);
  const problem = sessionsProblem(read.sessions, emails, plannedSeconds(test, phases), Date.now() / 1_000);
  return problem ? [problem] : [];
}
