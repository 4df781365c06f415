/**
 * Students chat with the assistant about their creator's videos.
 *
 * 70 % hold a conversation and read it back, 30 % ask one question and half of these rate the answer (checklist: chat
 * load test). Closed model: a student waits for the answer, reads it, then types.
 */
import { ask, rate, readHistory } from '../lib/api/chat.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownStudent } from '../lib/fixtures.ts';
import { glance, readThenType, settleIn } from '../lib/pacing.ts';
import { question, turnsOfConversation } from '../lib/questions.ts';
import { chance, mix } from '../lib/random.ts';
import { type Session, signedIn } from '../lib/session.ts';
import { CHAT_MIX, FEEDBACK_SHARE } from '../workloads.ts';

export const { options, setup, students, handleSummary } = defineTest('chat', { students: chat });

const journey = mix(CHAT_MIX);

function chat(): void {
  settleIn();
  const startedAt = Date.now();
  const me = signedIn(ownStudent());
  if (!me) readThenType(startedAt, ownStudent());
  else if (journey() === 'conversation') conversation(me);
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
