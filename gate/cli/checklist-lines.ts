/** The checklist for one reader at a terminal: its parts, a line for each line, then how many stand how, and what to do. */
import { type LineState, STATES, type State } from '../../src/wire/release-files.ts';
import { blocks } from '../release/line-states.ts';

/** ANSI colours: green, red, yellow; what waits has none. */
const COLOURS: Partial<Record<State, number>> = {
  passed: 32,
  failed: 31,
  invalid: 31,
  inconclusive: 33,
  stale: 33,
  'not measured': 33,
};

const STATE_WIDTH = Math.max(...STATES.map((state) => state.length));

/** @param coloured only for a terminal */
export function checklistLines(states: readonly LineState[], now: Date, coloured: boolean): string[] {
  const idWidth = Math.max(...states.map((line) => nameOf(line).length));
  const lines: string[] = [];
  for (const [index, line] of states.entries()) {
    const before = states[index - 1];
    if (before?.part !== line.part || before.phase !== line.phase) lines.push('', `${line.phase}: ${line.part}`);
    lines.push(`  ${paint(line.state, coloured)}  ${nameOf(line).padEnd(idWidth)}  ${detailOf(line, now)}`);
  }
  return lines.slice(1);
}

/** `122 lines: 3 failed, 8 not measured, 111 passed.` */
export function countsLine(states: readonly LineState[]): string {
  const counts = STATES.map((state) => ({ state, of: states.filter((line) => line.state === state).length }));
  const named = counts.filter(({ of }) => of > 0).map(({ state, of }) => `${of} ${state}`);
  return `${states.length} lines: ${named.join(', ')}.`;
}

/** Commands that get the most must lines further, each with how many; what is due before the launch first. */
export function nextLines(states: readonly LineState[]): string[] {
  const binding = states.filter(({ severity, due, state }) => severity === 'must' && due === 'before' && blocks(state));
  const commands = new Map<string, number>();
  for (const { next } of binding) {
    const command = next.startsWith('./launchgate attest ') ? './launchgate attest <id> --by <name>' : next;
    commands.set(command, (commands.get(command) ?? 0) + 1);
  }
  const shown = [...commands].sort((a, b) => b[1] - a[1]);
  return shown.map(([command, count]) => `Next: ${command} (${count === 1 ? '1 line' : `${count} lines`})`);
}

function nameOf({ id, severity }: LineState): string {
  return severity === 'must' ? id : `${id} (should)`;
}

function detailOf({ figure, source, at, text, state, waiver }: LineState, now: Date): string {
  const where = [source, at && ageText(at, now)].filter(Boolean).join(', ');
  const waived = waiver ? `; waived by ${waiver.by} until ${waiver.until}` : '';
  const asked = state === 'waiting for a person' && source === '' ? text : figure;
  return `${asked}${where ? ` [${where}]` : ''}${waived}`;
}

/** `40 min ago`, `3 h ago`, `12 days ago` */
function ageText(at: string, now: Date): string {
  const minutes = (now.getTime() - Date.parse(at)) / 60_000;
  if (minutes < 1) return 'just now';
  const hours = minutes / 60;
  if (hours < 1) return `${Math.floor(minutes)} min ago`;
  return hours < 48 ? `${Math.floor(hours)} h ago` : `${Math.floor(hours / 24)} days ago`;
}

function paint(state: State, coloured: boolean): string {
  const padded = state.padEnd(STATE_WIDTH);
  const colour = COLOURS[state];
  return coloured && colour ? `\u001b[${colour}m${padded}\u001b[0m` : padded;
}
