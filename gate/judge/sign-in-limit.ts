/** The limit on sign-ins from one address, which a load generator meets and people don't. */
import type { Reason } from '../../src/wire/run-files.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { count } from './figures.ts';

const SIGN_IN = 'POST /auth/v1/token password';

/** Says that users were refused at sign-in, where they were. */
export function signInLimit(timeline: Pick<Timeline, 'routes' | 'kinds' | 'failures'> | undefined): Reason[] {
  const refused = (timeline?.failures ?? [])
    .filter(([, , route, kind]) => timeline!.routes[route] === SIGN_IN && timeline!.kinds[kind] === 'rate-limited')
    .reduce((sum, [, , , , failed]) => sum + failed, 0);
  if (refused === 0) return [];
  const refusals = refused === 1 ? '1 sign-in was' : `${count(refused)} sign-ins were`;
  return [
    {
      code: 'sign-ins-limited',
      text: `${refusals} refused with 429: the target limits those from one address, and all users share the generator's. Raise that limit for the test, or sign users in beforehand: \`./launchgate sessions prepare\`.`,
    },
  ];
}
