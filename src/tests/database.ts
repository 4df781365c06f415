/**
 * Dashboards, vector searches and writes, until the connection pool is full: 200 users, then 500, then back to the
 * beginning, to see whether the platform recovers.
 *
 * Half of the journeys are a creator's dashboard, whose parts are read at once; 30 % are a search (a question to the
 * assistant), 20 % a student's errands: the start page, and writes (checklist: database test).
 */

import { DATABASE_MIX } from '../behaviour.ts';
import { type Answer, ask, rate, readHistory, rename } from '../lib/api/chat.ts';
import { openHome } from '../lib/api/dashboard.ts';
import { lookAtDashboard } from '../lib/creator-journey.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownStudent } from '../lib/fixtures.ts';
import { question } from '../lib/questions.ts';
import { deal } from '../lib/random.ts';
import { type Session, signedIn } from '../lib/session.ts';

export const { options, setup, creators, students, handleSummary } = defineTest('database', {
  creators: lookAtDashboard,
  students: learn,
});

const journey = deal(DATABASE_MIX);

/** The student's last answer: what there is to read back, rate and rename. */
let last: Answer | undefined;

function learn(): void {
  const me = signedIn(ownStudent());
  if (!me) return;
  if (journey() === 'search') search(me);
  else runErrands(me);
}

function search(me: Session): void {
  const answer = ask(me, question());
  if (answer.ok) last = answer.value;
}

function runErrands(me: Session): void {
  openHome(me);
  if (!last) search(me);
  if (!last) return;
  readHistory(me, last.sessionId);
  rate(me, last.messageId, 'positive');
  rename(me, last.sessionId, question());
}
