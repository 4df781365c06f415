/** Sign-ins that the target does not allow, known before anything is sent. */
import { signInRate } from '../../../src/wire/sessions.ts';
import type { Settings } from '../../../src/wire/settings.ts';
import { type Phase, peakLevel, type TestName } from '../../../src/workloads.ts';

/**
 * Why the test that is about signing in can't be measured there: its visitors would only meet the limit.
 * @returns one line with the remedy; undefined when it can, and for every other test
 */
export function signInsNotMeasured(test: TestName, phases: readonly Phase[], settings: Settings): string | undefined {
  const rate = settings.BASE_URL === '' ? undefined : signInRate(settings);
  if (test !== 'auth' || !rate) return undefined;
  const perSecond = peakLevel(test, phases);
  if (perSecond * 3_600 <= rate.perHour) return undefined;
  return `auth is not measured: up to ${perSecond} users a second would sign in, and the target allows ${rate.perHour.toLocaleString('en-US')} an hour from one address; raise that limit for the test and say so in SIGN_INS_PER_HOUR, or lower USERS.`;
}
