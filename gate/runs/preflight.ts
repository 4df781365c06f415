/**
 * What can be known to be wrong before anything is started. All of it is said at once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { FIXTURE_COLUMNS, type FixtureName, fixtureProblem } from '../../src/wire/fixtures.ts';
import { guardProblems, isLoopbackRun } from '../../src/wire/guard.ts';
import type { Settings } from '../../src/wire/settings.ts';
import {
  mostUsers,
  type Phase,
  type Profile,
  phasesOf,
  plannedAiCalls,
  TEST_NAMES,
  type TestName,
} from '../../src/workloads.ts';
import { resultsProblem } from './run-folder.ts';

export type Plan = { ok: true; test: TestName; phases: readonly Phase[] } | { ok: false; problems: string[] };

/** The phases of the run that these settings ask for, or all that speaks against it. */
export async function planRun(root: string, testName: string, settings: Settings): Promise<Plan> {
  const test = TEST_NAMES.find((name) => name === testName);
  if (!test) return { ok: false, problems: [`there is no test "${testName}"; there are ${TEST_NAMES.join(', ')}.`] };
  const problems = settings.BASE_URL ? guardProblems(test, settings) : [];
  const phases = plannedPhases(test, settings, problems);
  const students = await countStudents(root, problems);
  if (phases && students !== undefined) {
    const needed = mostUsers(test, phases);
    if (needed > students) {
      problems.push(
        `${test} needs ${needed} users and fixtures/users.csv has ${students} students; run \`./launchgate data generate --students ${needed}\` or lower USERS.`,
      );
    }
  }
  const unwritable = await resultsProblem(root, test);
  if (unwritable) problems.push(unwritable);
  return phases && problems.length === 0 ? { ok: true, test, phases } : { ok: false, problems };
}

function plannedPhases(test: TestName, settings: Settings, problems: string[]): readonly Phase[] | undefined {
  let phases: readonly Phase[];
  try {
    phases = phasesOf(test, settings.PROFILE as Profile, settings.USERS ? Number(settings.USERS) : undefined);
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

/** @returns the students of fixtures/users.csv, undefined when a fixture can't be read */
async function countStudents(root: string, problems: string[]): Promise<number | undefined> {
  const rows: Partial<Record<FixtureName, Record<string, string>[]>> = {};
  for (const name of Object.keys(FIXTURE_COLUMNS) as FixtureName[]) {
    const text = await readFile(join(root, 'fixtures', `${name}.csv`), 'utf8').catch(() => undefined);
    if (text === undefined) {
      problems.push(`fixtures/${name}.csv is not there; run \`./launchgate data generate\`.`);
      continue;
    }
    const parsed = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
    const problem = fixtureProblem(name, parsed);
    if (problem) problems.push(problem);
    else rows[name] = parsed.data;
  }
  return rows.users?.filter(({ role }) => role === 'student').length;
}
