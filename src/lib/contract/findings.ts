/**
 * What the contract test expects, and what it finds instead. Nothing stops it, so that all deviations come at once; the
 * fatal ones make k6 exit with 110. k6 hands only its own figures to handleSummary, so each expectation is a check, in the
 * group of its weight.
 */
import { check, group } from 'k6';
import { expect as plainExpect } from 'k6-testing';
import { type Answer, headerOf, hint, isWebPage, summed } from './answer.ts';
import { mismatches, type Shape } from './shape.ts';

const expect = plainExpect.configure({ colorize: false, display: 'inline' });

/** fatal: load would be meaningless; listed: the run says it, and goes on. */
export type Weight = 'fatal' | 'listed';

/** Expects one value; where it is another, the line `<what>: expected <wanted>, got <found>` is the finding. */
export function expects(
  weight: Weight,
  what: string,
  found: string | number,
  wanted: string | number,
  cause?: string,
): boolean {
  const line = `${what}: expected ${wanted}, got ${found}${cause ? ` (${cause})` : ''}`;
  const holds = found === wanted;
  if (weight === 'fatal') expect.soft(found, line).toBe(wanted);
  group(weight, () => check(null, { [checkName(holds ? what : line)]: () => holds }));
  return holds;
}

/**
 * Expects the success that load tests count on.
 * @param used what they read of it: without that, they would measure nothing
 * @param documented what else PLATFORM.md says of it
 * @returns whether all that load tests use is there
 */
export function answers(what: string, answer: Answer, used: Shape, documented?: Shape): boolean {
  if (!succeeds(what, answer)) return false;
  const usable = looks('fatal', what, answer, used);
  if (usable && documented) looks('listed', what, answer, documented);
  return usable;
}

/** Expects a success of which load tests read nothing but its status. */
export function succeeds(what: string, answer: Answer, wanted = 200): boolean {
  return status('fatal', what, answer, wanted);
}

/**
 * Expects a refusal with its documented status, in a body that names the error.
 * @param name what the error must be called, where PLATFORM.md says it
 */
export function refuses(what: string, answer: Answer, wanted: number, name?: string): void {
  if (!status('listed', what, answer, wanted)) return;
  const found = answer.errorName;
  if (name) expects('listed', `${what}: error`, found ?? 'none', name);
  else expects('listed', `${what}: body`, found ? 'named error' : 'none', 'named error');
}

/** Expects that what belongs to somebody else is refused in some way; what must not happen is looked at apart. */
export function denies(what: string, answer: Answer): void {
  const refused = answer.status >= 400 && answer.status < 500;
  expects('listed', what, refused ? 'a refusal' : summed(answer), 'a refusal');
}

/** Expects a header as documented; it may say more than that. */
export function carries(what: string, answer: Answer, name: string, wanted: string): void {
  const found = headerOf(answer, name) ?? 'none';
  expects('listed', `${what}: header ${name}`, found.includes(wanted) ? wanted : found, wanted);
}

function status(weight: Weight, what: string, answer: Answer, wanted: number): boolean {
  const found = answer.status === wanted && !isWebPage(answer) ? wanted : summed(answer);
  return expects(weight, what, found, wanted, wanted < 400 ? hint(answer) : undefined);
}

function looks(weight: Weight, what: string, answer: Answer, shape: Shape): boolean {
  const found = mismatches(answer.body, shape);
  for (const { path, got, wanted } of found) expects(weight, `${what}: ${path}`, got, wanted);
  return found.length === 0;
}

/** k6 reserves `::` for groups. */
function checkName(text: string): string {
  return text.replaceAll('::', ': :');
}
