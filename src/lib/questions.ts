/**
 * What students type. Every message is its own, so that no answer cache can make the pass, unless REPEAT_QUESTIONS says
 * otherwise.
 */

import { TURNS } from '../behaviour.ts';
import { config } from './config.ts';
import { ownNumber } from './k6.ts';
import { once, rowOf, sharedRows } from './once-a-process.ts';
import { chance, random } from './random.ts';

/** Messages are made once a process, in handfuls: k6 takes as long to give out five as one. */
const HANDFULS = 100;
const HANDFUL = 5;
/** Different questions among the repeated ones. */
const REPEATED_HANDFULS = 4;

const stock = sharedRows('messages', () => once().messages(HANDFULS, HANDFUL));

let handful: readonly string[];
let asked = 0;

/** The next message of this VU, at most 500 characters. */
export function question(): string {
  if (config.repeatShare > 0 && chance(config.repeatShare)) {
    return rowOf(stock, (random() * REPEATED_HANDFULS) | 0)[(random() * HANDFUL) | 0]!;
  }
  if (asked % HANDFUL === 0) handful = rowOf(stock, (random() * HANDFULS) | 0);
  asked += 1;
  // Named after run and user, so that a message is unique, and found again in the platform's tables.
  return `${handful[asked % HANDFUL]} [${config.runId}-${ownNumber()}-${asked}]`;
}

/** Messages of a conversation: at least two, then a geometric number more (behaviour.ts, TURNS). */
export function turnsOfConversation(): number {
  const goesOn = 1 - 1 / (TURNS.mean - TURNS.least + 1);
  let turns: number = TURNS.least;
  while (turns < TURNS.most && chance(goesOn)) turns++;
  return turns;
}
