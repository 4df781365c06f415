/**
 * What students type. Every message is its own, so that no answer cache can make the pass, unless REPEAT_QUESTIONS says
 * otherwise.
 */
import exec from 'k6/execution';
import { MAX_MESSAGE_LENGTH } from '../wire/api.ts';
import { MESSAGE_CHARACTERS, TURNS } from '../workloads.ts';
import { config } from './config.ts';
import { phrases } from './fixtures.ts';
import { chance, normal, oneOf, random } from './random.ts';

/** Different questions among the repeated ones. */
const REPEATED = 20;

let stock: Record<string, string[]> | undefined;
let asked = 0;

/** The next message of this VU, at most 500 characters. */
export function question(): string {
  const parts = ownStock();
  if (config.repeatShare > 0 && chance(config.repeatShare)) return repeated(parts, Math.floor(random() * REPEATED));
  // Carries the run and the user, so that it is unique and found again in the platform's own tables.
  const mark = ` [${config.runId}-${exec.vu.idInTest}-${++asked}]`;
  const length =
    Math.min(MAX_MESSAGE_LENGTH, Math.exp(normal(MESSAGE_CHARACTERS.mu, MESSAGE_CHARACTERS.sigma))) - mark.length;
  let text = `${oneOf(parts.opener!)} ${oneOf(parts.topic!)} ${oneOf(parts.closer!)}`;
  while (text.length < length) text += ` ${oneOf(parts.opener!)} ${oneOf(parts.topic!)}?`;
  return text.slice(0, MAX_MESSAGE_LENGTH - mark.length) + mark;
}

/** Messages of a conversation: at least two, then a geometric number more (workloads.ts, TURNS). */
export function turnsOfConversation(): number {
  const goesOn = 1 - 1 / (TURNS.mean - TURNS.least + 1);
  const more = Math.floor(Math.log(1 - random()) / Math.log(goesOn));
  return Math.min(TURNS.most, TURNS.least + more);
}

function repeated(parts: Record<string, string[]>, number: number): string {
  const pick = (texts: string[]) => texts[number % texts.length]!;
  return `${pick(parts.opener!)} ${pick(parts.topic!)} ${pick(parts.closer!)}`;
}

function ownStock(): Record<string, string[]> {
  stock ??= Object.fromEntries(Array.from(phrases, ({ kind, texts }) => [kind, texts]));
  return stock;
}
