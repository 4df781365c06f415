/**
 * A student chats: 70 % hold a conversation and read it back, 30 % ask one question and half of these rate the answer
 * (checklist: chat load test). A student waits for the answer, reads it, then types.
 */
import { CHAT_MIX, FEEDBACK_SHARE, PACE_SECONDS } from '../behaviour.ts';
import { ask, rate, readHistory } from './api/chat.ts';
import type { FixtureUser } from './once/fixture-rows.ts';
import { glance, readThenType, settleIn } from './pacing.ts';
import { question, turnsOfConversation } from './questions.ts';
import { chance, oneOf } from './random.ts';
import { type Session, signedIn } from './session.ts';

/** One journey of a student. */
export function chat(student: FixtureUser): void {
  settleIn(PACE_SECONDS.mean);
  const startedAt = Date.now();
  const me = signedIn(student);
  if (!me) readThenType(startedAt, student);
  else if (oneOf(CHAT_MIX) === 'conversation') conversation(me);
  else singleQuestion(me);
}

function conversation(me: Session): void {
  let startedAt = Date.now();
  let answer = ask(me, question());
  const turns = turnsOfConversation();
  for (let turn = 1; turn < turns && answer.ok; turn++) {
    readThenType(startedAt, me.user);
    startedAt = Date.now();
    answer = ask(me, question(), answer.value.sessionId);
  }
  if (answer.ok) {
    glance();
    readHistory(me, answer.value.sessionId);
  }
  readThenType(startedAt, me.user);
}

function singleQuestion(me: Session): void {
  const startedAt = Date.now();
  const answer = ask(me, question());
  if (answer.ok && chance(FEEDBACK_SHARE)) {
    glance();
    rate(me, answer.value.messageId, chance(0.8) ? 'positive' : 'negative');
  }
  readThenType(startedAt, me.user);
}
