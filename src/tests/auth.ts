/**
 * Visitors sign in, come back and sign out: a burst of 100 a second, 30 a second, a spike of 200 a second.
 *
 * 60 % go all the way: sign in, use the app, sign out, and are refused from then on; 30 % come back with a refresh
 * token, which is replaced each time and must not work again later; 10 % only sign in and out (checklist: auth test).
 * Open model: people who want to sign in don't wait for those before them.
 */

import { AUTH_MIX } from '../behaviour.ts';
import { readUser, readUserRefused, refresh, refreshRefused, signIn, signOut } from '../lib/api/auth.ts';
import { readBalance, readBalanceRefused } from '../lib/api/dashboard.ts';
import { openSession } from '../lib/briefly/opening.ts';
import { defineTest } from '../lib/define-test.ts';
import { anyStudent } from '../lib/fixtures.ts';
import { oneOf } from '../lib/random.ts';
import type { Session } from '../lib/session.ts';
import type { TokenBody } from '../wire/api.ts';

export const { options, setup, visitors, handleSummary } = defineTest('auth', { visitors: visit });

function visit(): void {
  const user = anyStudent();
  const signedIn = signIn(user.email, user.password);
  if (!signedIn.ok) return;
  const token = signedIn.value;
  const next = oneOf(AUTH_MIX);
  if (next === 'fullFlow') fullFlow(openSession(user, token), token);
  else if (next === 'refresh') comeBack(token);
  else leave(openSession(user, token));
}

function fullFlow(me: Session, token: TokenBody): void {
  readUser(token);
  readBalance(me);
  leave(me);
}

function leave(me: Session): void {
  if (!signOut(me.accessToken).ok) return;
  readUserRefused(me.accessToken);
  readBalanceRefused(me);
}

/** A lost answer is asked for again, which is fine; a token from before that is a thief's, and ends the session. */
function comeBack(first: TokenBody): void {
  const second = refresh(first.refresh_token);
  if (!second.ok || !refresh(first.refresh_token).ok) return;
  const third = refresh(second.value.refresh_token);
  if (!third.ok) return;
  refreshRefused(first.refresh_token);
  refreshRefused(third.value.refresh_token);
}
