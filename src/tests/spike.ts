/**
 * A lecture ends and everybody asks: from 100 students to 1,000 in ten seconds, a minute of that, and back. Does the
 * platform stand it, and is it as quick as before a minute later?
 */
import { chat } from '../lib/chat-journey.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownStudent } from '../lib/fixtures.ts';

export const { options, setup, students, handleSummary } = defineTest('spike', {
  students: () => chat(ownStudent()),
});
