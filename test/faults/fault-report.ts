/** The tables of docs/reliability.md, "Faults at the target". */
import { count } from '../../gate/judge/figures.ts';
import { type FaultyRun, text } from './faulty-run.ts';
import type { EarlyRun } from './refused-run.ts';
import type { Load } from './short-load.ts';

/** What the check was asked for. */
interface Asked {
  load: Load;
  /** Only faults whose name holds this; '' means all. */
  named: string;
}

const MEGABYTE = 1_024 ** 2;

const NOT_QUIET =
  'The run without a fault is not as it must be. Was the machine quiet? If not, a fail above may be its doing; counts and kinds are not.';

export function faultReport(runs: readonly FaultyRun[], early: readonly EarlyRun[], { load, named }: Asked): string {
  const right = [...runs, ...early].filter(({ problems }) => problems.length === 0).length;
  return [
    ...(named ? [`Only faults with "${named}" in their names.`, ''] : []),
    `Runs of chat with ${load.users} users, held for ${load.holdSeconds} s, through the proxy; the fault begins with the first request of the hold. Kinds are those of the hold, counted by the run and, from its own record, by the proxy.`,
    '',
    '| fault | verdict | exit code | requests | counted as | done by the proxy | sent again by k6 | memory of k6, MB | s | as it must be |',
    '|---|---|--:|--:|---|---|--:|--:|--:|---|',
    ...runs.map(({ fault, outcome, exitCode, requests, counted, dealt, sentAgain, peakBytes, seconds, problems }) =>
      row([
        fault.name,
        outcome,
        exitCode,
        count(requests),
        text(counted),
        text(dealt),
        sentAgain,
        Math.round(peakBytes / MEGABYTE),
        Math.round(seconds),
        problems.length === 0 ? 'yes' : 'no',
      ]),
    ),
    ...(runs[0]?.problems.length === 0 ? [] : ['', NOT_QUIET]),
    '',
    'The same from the start, and with `but for health` from the contract test on: no load is sent.',
    '',
    '| fault | exit code | what it says | s | as it must be |',
    '|---|--:|---|--:|---|',
    ...early.map(({ fault, exitCode, said, seconds, problems }) =>
      row([
        fault.name,
        exitCode,
        said.replaceAll('|', '\\|'),
        Math.round(seconds),
        problems.length === 0 ? 'yes' : 'no',
      ]),
    ),
    '',
    `${right} of ${runs.length + early.length} as they must be.`,
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
