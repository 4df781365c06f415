/**
 * Students chat with the assistant about their creator's videos: 100, then 500, then 1,000 at a time.
 *
 * Closed model: a student waits for the answer, reads it, then types, about three messages a minute.
 */

import { chat } from '../lib/chat-journey.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownStudent } from '../lib/fixtures.ts';

export const { options, setup, students, handleSummary } = defineTest('chat', {
  students: () => chat(ownStudent()),
});
