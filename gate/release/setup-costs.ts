/** What each setup of costs.json costs a month, and how many users it carries. */
import type { CapacityFile } from '../../src/wire/capacity-file.ts';
import type { SetupCost } from '../../src/wire/release-files.ts';
import { count } from '../judge/figures.ts';
import type { SetupCosts } from '../judge/plan.ts';
import type { Gathered } from './evidence.ts';
import { isRun } from './evidence-run.ts';

/** The setup that a platform of one's own is taken to be, which says nothing of its setup. */
const MEANT = 'recommended';

/** How many users a setup carries, in words, and by what that is known. */
interface KnownUsers {
  users: string;
  source: string;
  /** ISO 8601, UTC. */
  at: string;
  /** It is only known that it carries fewer. */
  isBound: boolean;
}

/** What was measured of a setup is said of it, else what costs.json claims. */
export function setupCosts(gathered: Gathered, setups: readonly SetupCosts[]): SetupCost[] {
  return setups.map(({ name, items, claims }) => {
    const known = usersOf(name, gathered);
    return {
      setup: name,
      parts: Object.entries(items).map(([what, monthly]) => ({ what, monthly })),
      carries: known ? `${known.users}, by ${known.source}` : claimed(claims?.users),
    };
  });
}

/** By the run of everybody at once, where that passed; else by the search for the capacity of chat; else by the run that failed. */
export function usersOf(
  setup: string,
  { runs, subject, carried }: Pick<Gathered, 'runs' | 'subject' | 'carried'>,
): KnownUsers | undefined {
  const tested = subject.setup.split(' ')[0] || MEANT;
  const mixed = setup === tested && isRun(runs.mixed) && !runs.mixed.objection ? runs.mixed : undefined;
  const byRun = (isBound: boolean) => {
    const users = `${isBound ? 'fewer than ' : ''}${count(mixed!.file.configuration.users)} users`;
    return { users, source: `mixed/${mixed!.name}`, at: mixed!.file.startedAt, isBound };
  };
  if (mixed?.verdict.outcome === 'pass') return byRun(false);
  const capacity = carried.get(setup);
  // A search whose time ran out before its first step knows nothing.
  if (capacity && (capacity.low > 0 || capacity.high !== null)) {
    const { low, high, startedAt } = capacity;
    const users = high === null ? `${count(low)} users or more` : `${count(low)} to ${count(high)} users`;
    return { users: `${users} in the chat`, source: sourceOf(capacity), at: startedAt, isBound: false };
  }
  // A run that is undecided or invalid says nothing of users.
  return mixed?.verdict.outcome === 'fail' ? byRun(true) : undefined;
}

/** Its file, as the other lines name it. */
function sourceOf({ test, startedAt }: CapacityFile): string {
  return `${test}/capacity-${startedAt.slice(0, 19).replaceAll(':', '-')}Z.json`;
}

function claimed(users: number | undefined): string {
  return users === undefined ? 'not measured here' : `${count(users)} users, by costs.json; not measured here`;
}
