/**
 * What students type. Every message is its own, so that no answer cache can make the pass, unless REPEAT_QUESTIONS says
 * otherwise.
 */

import { TURNS } from '../behaviour.ts';
import { config } from './config.ts';
import { exec, SharedArray } from './k6.ts';
import { once } from './once-a-process.ts';
import { chance, random } from './random.ts';

/** Messages that are made once a process. */
const STOCK = 500;
/** Different questions among the repeated ones. */
const REPEATED = 20;

const stock = new SharedArray('messages', () => once().messages(STOCK));

let asked = 0;
/** ` [run-user-`: names the run and the user, so that a message is unique and found again in the platform's tables. */
let mark = '';

/** The next message of this VU, at most 500 characters. */
export function question(): string {
  if (config.repeatShare > 0 && chance(config.repeatShare)) return stock[Math.floor(random() * REPEATED)]!.text;
  mark ||= ` [${config.runId}-${exec.vu.idInTest}-`;
  asked += 1;
  return `${stock[Math.floor(random() * STOCK)]!.text}${mark}${asked}]`;
}

/** Messages of a conversation: at least two, then a geometric number more (behaviour.ts, TURNS). */
export function turnsOfConversation(): number {
  const goesOn = 1 - 1 / (TURNS.mean - TURNS.least + 1);
  const more = Math.floor(Math.log(1 - random()) / Math.log(goesOn));
  return Math.min(TURNS.most, TURNS.least + more);
}
