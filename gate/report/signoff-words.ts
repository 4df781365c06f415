/** A decision in words, for the page and for Markdown. */
import type { Decision, LineState, SignoffFile } from '../../src/wire/release-files.ts';
import type { Tone } from './headline.ts';

export const DECISION_TONES: Readonly<Record<Decision, Tone>> = {
  GO: 'pass',
  'CONDITIONAL GO': 'unsure',
  'GO BUT FOR PEOPLE': 'unsure',
  'NO-GO': 'fail',
  'INVALID EVIDENCE': 'invalid',
};

/** `embedded recommended` */
export function releaseText({ target, setup, revision }: Pick<SignoffFile, 'target' | 'setup' | 'revision'>): string {
  return `${target}${setup ? ` ${setup}` : ''}${revision ? ` at ${revision}` : ''}`;
}

/** The decision as one sentence. */
export function decisionSentence({ decision, reasons, lines, ...of }: SignoffFile): string {
  const what = releaseText(of);
  const binding = reasons.length === 1 ? '1 line' : `${reasons.length} lines`;
  switch (decision) {
    case 'GO':
      return `${what} is ready to launch.`;
    case 'CONDITIONAL GO':
      return `${what} may launch on conditions: ${binding} waived.`;
    case 'GO BUT FOR PEOPLE':
      return `${what} passes all that can be measured; ${binding} wait for people.`;
    case 'NO-GO':
      return `${what} is not ready to launch: ${binding} of the checklist ${reasons.length === 1 ? 'says' : 'say'} so${waitingText(lines)}.`;
    case 'INVALID EVIDENCE':
      return `The evidence about ${what} can’t be trusted.`;
  }
}

/** Must lines that are asked of people, besides what speaks against the launch. */
function waitingText(lines: readonly LineState[]): string {
  const waiting = lines.filter(
    ({ id, severity, due, state, next }) =>
      severity === 'must' && due === 'before' && state === 'waiting for a person' && next.endsWith(` ${id}`),
  );
  return waiting.length > 0 ? `, and ${waiting.length} wait for people` : '';
}

/** How the decision is made, in the order in which it is. */
export const RULE = [
  'Invalid evidence: an answer or a verdict was changed by hand.',
  'No-go: a line that the launch hangs on failed, and nobody has waived it.',
  'Invalid evidence: the newest evidence of such a line can’t be trusted.',
  'No-go: such a line is inconclusive, stale or not measured.',
  'Go but for people: all that can be measured or audited passes; persons have yet to answer.',
  'Conditional go: waivers stand in for what does not pass.',
  'Go.',
] as const;

/** What could still go wrong: lines that do not pass and do not bind, and what is waived. */
export function risksIn(lines: readonly LineState[]): LineState[] {
  return lines.filter(
    ({ state, severity, due, waiver }) =>
      due === 'before' && state !== 'passed' && state !== 'not applicable' && (severity === 'should' || waiver),
  );
}

/** Tables show this in place of an empty field. */
export const NOTHING = '–';

/** `2026-11-24 11:37` */
export function minuteOf(at: string): string {
  return at.replace('T', ' ').slice(0, 16);
}

/** `$25`, or that it costs nothing. */
export function monthlyText(dollars: number): string {
  return dollars === 0 ? 'nothing' : `$${dollars} a month`;
}
