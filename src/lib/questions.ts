/**
 * What students type. Every message is its own, so that no answer cache can make the pass, unless REPEAT_QUESTIONS says
 * otherwise.
 */
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { MESSAGE_CHARACTERS, TURNS } from '../behaviour.ts';
import { MAX_MESSAGE_LENGTH } from '../wire/api.ts';
import { config } from './config.ts';
import { readPhrases } from './fixtures.ts';
import { chance, normal, random, stream } from './random.ts';

/** Messages that are made once a process. */
const STOCK = 500;
/** Of these, how many a VU takes for itself: reading a SharedArray parses JSON each time, at 0.1 ms too dear per request. */
const OWN = 8;
/** Different questions among the repeated ones. */
const REPEATED = 20;
/** Room for the mark ` [run-user-number]`. */
const MARK_LENGTH = 40;

const stock = new SharedArray('messages', () => {
  const phrases = readPhrases();
  const draw = stream(config.seed);
  return Array.from({ length: STOCK }, () => compose(phrases, draw));
});

let own: string[] = [];
let asked = 0;
/** ` [run-user-`: names the run and the user, so that a message is unique and found again in the platform's tables. */
let mark = '';

/** The next message of this VU, at most 500 characters. */
export function question(): string {
  if (config.repeatShare > 0 && chance(config.repeatShare)) return stock[Math.floor(random() * REPEATED)]!;
  if (own.length === 0) {
    own = Array.from({ length: OWN }, () => stock[Math.floor(random() * STOCK)]!);
    mark = ` [${config.runId}-${exec.vu.idInTest}-`;
  }
  asked += 1;
  return `${own[asked % OWN]}${mark}${asked}]`;
}

/** Messages of a conversation: at least two, then a geometric number more (workloads.ts, TURNS). */
export function turnsOfConversation(): number {
  const goesOn = 1 - 1 / (TURNS.mean - TURNS.least + 1);
  const more = Math.floor(Math.log(1 - random()) / Math.log(goesOn));
  return Math.min(TURNS.most, TURNS.least + more);
}

/** A message of phrases, as long as the workload's distribution says. */
function compose(phrases: ReturnType<typeof readPhrases>, draw: () => number): string {
  const pick = (texts: string[]) => texts[Math.floor(draw() * texts.length)]!;
  const length = Math.exp(normal(draw, MESSAGE_CHARACTERS.mu, MESSAGE_CHARACTERS.sigma));
  let text = `${pick(phrases.opener)} ${pick(phrases.topic)}, ${pick(phrases.closer)}?`;
  while (text.length < length) text += ` ${pick(phrases.opener)} ${pick(phrases.topic)}?`;
  return text.slice(0, MAX_MESSAGE_LENGTH - MARK_LENGTH);
}
