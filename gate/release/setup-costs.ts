/** The two setups of the launch checklist and what they cost a month, in dollars. */
import type { SetupCost } from '../../src/wire/release-files.ts';
import { count } from '../judge/figures.ts';
import { type Gathered, isRun } from './evidence.ts';

const FREE = [
  { what: 'database', monthly: 0 },
  { what: 'hosting', monthly: 0 },
  { what: 'AI provider', monthly: 0 },
];
const RECOMMENDED = [
  { what: 'database', monthly: 25 },
  { what: 'hosting', monthly: 20 },
  { what: 'cache', monthly: 10 },
  { what: 'AI provider', monthly: 100 },
  { what: 'transcription', monthly: 50 },
];

/** What the checklist says of the users that a setup carries; only a run can confirm it. */
const PLANNED = { free: 'about 15', recommended: '1,000 or more' } as const;

/** Both setups; what the one that was tested carries is said by its run. */
export function setupCosts({ runs, subject }: Gathered): SetupCost[] {
  const measured = measuredUsers(runs.mixed);
  const tested = subject.setup.split(' ')[0] === 'free' ? 'free' : 'recommended';
  return (['free', 'recommended'] as const).map((setup) => ({
    setup,
    parts: setup === 'free' ? FREE : RECOMMENDED,
    carries: (setup === tested && measured) || `${PLANNED[setup]} users, by the checklist; not measured here`,
  }));
}

/** Only a pass or a fail says anything of users; a run that is undecided or invalid does not. */
function measuredUsers(mixed: Gathered['runs']['mixed']): string | undefined {
  if (!isRun(mixed)) return undefined;
  const { outcome } = mixed.verdict;
  if (outcome !== 'pass' && outcome !== 'fail') return undefined;
  const users = count(mixed.file.configuration.users);
  return `${outcome === 'pass' ? '' : 'fewer than '}${users} users, by the run mixed/${mixed.name}`;
}
