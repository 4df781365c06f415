/** Whether the target lets as many users sign in as the tests need, from one address. */
import { signInRate } from '../../../src/wire/sessions.ts';
import type { Settings } from '../../../src/wire/settings.ts';
import { allVirtualUsers } from '../../../src/workloads.ts';
import { signInsNotMeasured } from '../../runs/start/sign-ins.ts';
import type { PlannedTest } from '../verify.ts';
import { type Check, failed, notMeasured, ok } from './check.ts';

/** @param planned tests that nothing speaks against, prepared sessions neither */
export function signInChecks(settings: Settings, planned: readonly PlannedTest[]): Check[] {
  const rate = signInRate(settings);
  if (!rate) return [];
  const checks: Check[] = planned.flatMap(({ test, phases }) => {
    const problem = signInsNotMeasured(test, phases, settings);
    return problem ? [notMeasured('sign-ins', problem)] : [];
  });
  const others = planned.filter(({ test }) => test !== 'auth');
  if (others.length === 0) return checks;
  if (settings.SESSIONS_FILE) return [...checks, ok('sign-ins', 'users have sessions that last through each test')];
  const [largest] = others
    .map(({ test, phases }) => ({ test, users: allVirtualUsers(test, phases) }))
    .sort((a, b) => b.users - a.users);
  const { test, users } = largest!;
  const allowed = `the target allows ${rate.burst} at once and ${rate.perHour.toLocaleString('en-US')} an hour from one address`;
  if (users <= rate.burst) return [...checks, ok('sign-ins', `${users} users; ${allowed}`)];
  const found = `${test} signs in ${users.toLocaleString('en-US')} users, and ${allowed}`;
  const remedy =
    'run `./launchgate sessions prepare` and set SESSIONS_FILE, or set SIGN_INS_PER_HOUR if it allows more.';
  return [...checks, failed('sign-ins', `${found}: ${remedy}`)];
}
