/**
 * What students type. Every message is its own, so that no answer cache can make the pass, unless REPEAT_QUESTIONS says
 * otherwise.
 */

import { TURNS } from '../behaviour.ts';
import { ownNumber } from './k6.ts';
import { countOf, sharedRows, textOf } from './once-a-process.ts';
import { chance, random } from './random.ts';
import { config } from './run.ts';

/** Different questions among the repeated ones. */
const REPEATED = 20;

const messages = sharedRows('messages');

let asked = 0;

/** The next message of this VU, at most 500 characters. */
export function question(): string {
  if (config.repeatShare > 0 && chance(config.repeatShare)) return textOf(messages, (random() * REPEATED) | 0);
  asked += 1;
  // Named after run and user, so that a message is unique, and found again in the platform's tables.
  return `${textOf(messages, (random() * countOf(messages)) | 0)} [${config.runId}-${ownNumber()}-${asked}]`;
}

/** Messages of a conversation: at least two, then a geometric number more (behaviour.ts, TURNS). */
export function turnsOfConversation(): number {
  const goesOn = 1 - 1 / (TURNS.mean - TURNS.least + 1);
  let turns: number = TURNS.least;
  while (turns < TURNS.most && chance(goesOn)) turns++;
  return turns;
}
