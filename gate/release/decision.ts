/** Go or no go, from how the lines stand. Pure. */
import type { Decision, LineState, State } from '../../src/wire/release-files.ts';
import { blocks } from './line-states.ts';

export interface Decided {
  decision: Decision;
  /** What it rests on, the gravest first; sentences. */
  reasons: string[];
}

/** Only time or a person can settle these. */
const OPEN: readonly State[] = ['waiting for a person', 'not yet'];

/**
 * Of the lines that the launch hangs on (must, due before it), the first rule that applies:
 *
 * 1. INVALID EVIDENCE: the ledger or a verdict was changed by hand.
 * 2. NO-GO: a line failed, and nobody has waived it.
 * 3. INVALID EVIDENCE: the newest evidence of a line can't be trusted.
 * 4. NO-GO: a line is inconclusive, stale or not measured; what isn't proven is not taken for granted.
 * 5. GO BUT FOR PEOPLE: all that can be measured or audited passes; persons have yet to answer.
 * 6. CONDITIONAL GO: waivers in force stand in for what does not pass.
 * 7. GO.
 *
 * @param tampered what was changed by hand, one sentence each
 */
export function decide(lines: readonly LineState[], tampered: readonly string[]): Decided {
  const binding = lines.filter(({ severity, due }) => severity === 'must' && due === 'before');
  const blocking = binding.filter(({ state }) => blocks(state));
  const waived = blocking.filter(({ waiver }) => waiver);
  const left = blocking.filter(({ waiver }) => !waiver);
  const of = (...states: State[]) => left.filter(({ state }) => states.includes(state));
  const failed = of('failed');
  const untrusted = of('invalid');
  const unproven = of('inconclusive', 'stale', 'not measured');
  const open = of(...OPEN);
  const against = [...failed, ...untrusted, ...unproven];
  // Whom it waits for matters once nothing speaks against it.
  const told = against.length > 0 ? against : open;
  const reasons = [
    ...tampered,
    ...told.filter((line) => !restates(line, left)).map(reasonOf),
    ...waived.map(waiverText),
  ];

  if (tampered.length > 0) return { decision: 'INVALID EVIDENCE', reasons };
  if (failed.length > 0) return { decision: 'NO-GO', reasons };
  if (untrusted.length > 0) return { decision: 'INVALID EVIDENCE', reasons };
  if (unproven.length > 0) return { decision: 'NO-GO', reasons };
  if (open.length > 0) return { decision: 'GO BUT FOR PEOPLE', reasons };
  if (waived.length > 0) return { decision: 'CONDITIONAL GO', reasons };
  return { decision: 'GO', reasons: [`All ${binding.length} lines that the launch hangs on pass or do not apply.`] };
}

/** A line that rests on others says what the worst of them says (`database.tier: …`), which is told anyway. */
function restates({ figure }: LineState, others: readonly LineState[]): boolean {
  return others.some(({ id }) => figure.startsWith(`${id}: `));
}

function reasonOf({ id, state, figure }: LineState): string {
  return `${id} ${state === 'waiting for a person' || state === 'not yet' ? `is ${state}` : verb(state)}: ${figure}.`;
}

function verb(state: State): string {
  return state === 'failed' ? 'failed' : `is ${state}`;
}

function waiverText({ id, state, waiver }: LineState): string {
  const { by, note, until } = waiver!;
  return `${id} (${state}) is waived by ${by} until ${until}: ${note}.`;
}
