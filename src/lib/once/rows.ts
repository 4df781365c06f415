/** What virtual users share: every kind of rows, by the name under which they ask for it. */
import type { TestName } from '../../workloads.ts';
import { messages, usersOf } from './fixture-rows.ts';
import { inspectedLimits } from './limits.ts';
import { optionsOf, plannedSignals } from './plan.ts';

/** Messages that students draw from; few of them where REPEAT_QUESTIONS wants the same again. */
const MESSAGES = 250;

const KINDS = {
  messages: () => messages(MESSAGES),
  options: (test?: TestName) => (test ? [optionsOf(test)] : []),
  signals: (test?: TestName) => (test ? [plannedSignals(test)] : []),
  limits: () => [inspectedLimits()],
  students: () => usersOf('student'),
  'unlimited students': () => usersOf('student', 'enterprise'),
  'unlimited creators': () => usersOf('creator', 'enterprise'),
  'limited creators': () => usersOf('creator', 'basic'),
  uploaders: () => usersOf('uploader'),
  'limits users': () => usersOf('limits'),
} satisfies Record<string, (test?: TestName) => readonly unknown[]>;

export type Kind = keyof typeof KINDS;
export type RowOf<K extends Kind> = ReturnType<(typeof KINDS)[K]>[number];

/** @param test undefined where there is no load */
export function rowsOf(kind: Kind, test: TestName | undefined): readonly unknown[] {
  return KINDS[kind](test);
}
