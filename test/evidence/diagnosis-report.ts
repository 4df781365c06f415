/** What `make diagnose-check` prints: the confusion matrix, shares with their exact intervals, and the yardsticks. */
import { count, percent } from '../../gate/judge/figures.ts';
import { shareInterval } from '../../gate/judge/intervals.ts';
import { CAUSE_IDS, type CauseId } from '../../src/wire/diagnosis-file.ts';
import type { Case } from './diagnosis-cases.ts';
import { ALARM, type Scored } from './z-scores.ts';

export interface Diagnosed extends Case {
  outcome: string;
  /** All weak points, the likeliest first. */
  ranking: CauseId[];
  /** Those that are claimed, the costliest first. */
  claimed: CauseId[];
  /** The same without Server-Timing, and with what k6 alone saw. */
  claimedUntimed: CauseId[];
  claimedByClient: CauseId[];
  /** Of the z-scores, the highest first. */
  scores: Scored[];
  requests: number;
  seconds: number;
  /** False where the generator was at fault. */
  valid: boolean;
}

interface Made {
  seeds: string;
  minutes: number;
  /** Runs that were made in these minutes; the others were kept. */
  made: number;
}

export function accuracyReport(runs: readonly Diagnosed[], { seeds, minutes, made }: Made): string {
  const of = (group: Case['group']) => runs.filter((run) => run.group === group);
  const [single, healthy, pairs, others] = [of('single'), of('healthy'), of('pair'), of('other')];
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const requests = runs.reduce((sum, run) => sum + run.requests, 0);
  const invalid = runs.filter(({ valid }) => !valid).length;
  return [
    `${runs.length} runs (seeds ${seeds}), ${count(requests)} requests, ${count(seconds / 60)} minutes of load${made > 0 ? `; ${made} of them made in ${count(minutes)} minutes` : ''}. In ${invalid} runs the generator was at fault; they count all the same.`,
    '',
    ...matrix([...single, ...healthy]),
    '',
    '| | diagnosis | z-scores | random choice |',
    '|---|---|---|---|',
    row('single causes: first named is right', single, right, zFirst(1), 1 / CAUSE_IDS.length),
    row('single causes: among the first three', single, amongThree, zFirst(3), 3 / CAUSE_IDS.length),
    row('single causes: named, and nothing else', single, exactly, null, null),
    row('pairs: both named', pairs, both, null, null),
    row('healthy: something is named', healthy, alarmed, zAlarm, null),
    row('other faults: something is named', others, alarmed, zAlarm, null),
    '',
    ...degraded(single, healthy),
    '',
    'Intervals are exact (Clopper–Pearson, 95 %). z-scores: the cause with the largest z-score of its figures, loaded against calm; an alarm from 3 standard deviations on.',
    ...wrong(runs),
  ].join('\n');
}

function matrix(runs: readonly Diagnosed[]): string[] {
  const columns = [...CAUSE_IDS, 'none'] as const;
  const rows = [...CAUSE_IDS, 'none'] as const;
  const cell = (truth: string, named: string) => {
    const found = runs.filter(
      (run) => (run.causes[0] ?? 'none') === truth && (run.claimed[0] ?? 'none') === named,
    ).length;
    return found === 0 ? '·' : String(found);
  };
  return [
    `| is \\ named first | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '--:').join('|')}|`,
    ...rows.map((truth) => `| ${truth} | ${columns.map((named) => cell(truth, named)).join(' | ')} |`),
  ];
}

/** Of the same runs, with less to go by: what it then can't tell it should not tell wrongly. */
function degraded(single: readonly Diagnosed[], healthy: readonly Diagnosed[]): string[] {
  const rows = [
    ['all that a deployment may show', (run: Diagnosed) => run.claimed],
    ['without Server-Timing', (run: Diagnosed) => run.claimedUntimed],
    ['what k6 alone sees', (run: Diagnosed) => run.claimedByClient],
  ] as const;
  return [
    '| single causes, diagnosed from | right first | nothing named | wrong first | healthy: something is named |',
    '|---|---|---|---|---|',
    ...rows.map(([what, claims]) => {
      const cells = [
        share(single, (run) => claims(run)[0] === run.causes[0]),
        share(single, (run) => claims(run).length === 0),
        share(single, (run) => claims(run).length > 0 && claims(run)[0] !== run.causes[0]),
        share(healthy, (run) => claims(run).length > 0),
      ];
      return `| ${what} | ${cells.join(' | ')} |`;
    }),
  ];
}

type Hit = (run: Diagnosed) => boolean;

const right: Hit = ({ causes, claimed }) => claimed[0] === causes[0];
const amongThree: Hit = ({ causes, ranking }) => ranking.slice(0, 3).includes(causes[0]!);
const exactly: Hit = ({ causes, claimed }) => claimed.length === 1 && claimed[0] === causes[0];
const both: Hit = ({ causes, claimed }) => causes.every((cause) => claimed.includes(cause));
const alarmed: Hit = ({ claimed }) => claimed.length > 0;
const zAlarm: Hit = ({ scores }) => scores[0]!.score >= ALARM;
const zFirst =
  (places: number): Hit =>
  ({ causes, scores }) =>
    scores.slice(0, places).some(({ cause, score }) => cause === causes[0] && score > 0);

function row(what: string, runs: readonly Diagnosed[], hit: Hit, yardstick: Hit | null, chance: number | null): string {
  const cells = [share(runs, hit), yardstick ? share(runs, yardstick) : '', chance === null ? '' : percent(chance)];
  return `| ${what} | ${cells.join(' | ')} |`;
}

function share(runs: readonly Diagnosed[], hit: Hit): string {
  const hits = runs.filter(hit).length;
  if (runs.length === 0) return '–';
  const { low, high } = shareInterval(hits, runs.length, 0.975);
  return `${hits} of ${runs.length} (${percent(low)} to ${percent(high)})`;
}

/** What went wrong, by name. */
function wrong(runs: readonly Diagnosed[]): string[] {
  const missed = runs.filter((run) => {
    if (run.group === 'single') return !right(run);
    return run.group === 'pair' ? !both(run) : alarmed(run);
  });
  if (missed.length === 0) return [];
  const lines = missed.map(
    ({ name, claimed }) => `- ${name}: named ${claimed.length > 0 ? claimed.join(', ') : 'nothing'}`,
  );
  return ['', 'Wrong were:', '', ...lines];
}
