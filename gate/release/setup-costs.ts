/** What each setup of costs.json costs a month, and how many users it carries. */
import type { SetupCost } from '../../src/wire/release-files.ts';
import { count } from '../judge/figures.ts';
import type { SetupCosts } from '../judge/plan.ts';
import { type Gathered, isRun } from './evidence.ts';

/** The setup that a platform of one's own is taken to be, which says nothing of its setup. */
const MEANT = 'recommended';

/** The setup that was tested carries what its run says; the others what is claimed of them. */
export function setupCosts({ runs, subject }: Gathered, setups: readonly SetupCosts[]): SetupCost[] {
  const measured = measuredUsers(runs.mixed);
  const named = subject.setup.split(' ')[0] || MEANT;
  return setups.map(({ name, items, claims }) => ({
    setup: name,
    parts: Object.entries(items).map(([what, monthly]) => ({ what, monthly })),
    carries: (name === named && measured) || claimed(claims?.users),
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

function claimed(users: number | undefined): string {
  return users === undefined ? 'not measured here' : `${count(users)} users, by costs.json; not measured here`;
}
