/** Where in a run the load was low, and where it was at its highest. */
import { type RunFacts, type Span, View } from './run-facts.ts';

/** A hold with so much of the largest one's users at most is calm. */
const CALM_SHARE = 0.5;
/** A ramp shorter than this has no calm beginning. */
const SHORTEST_RAMP_S = 10;

export interface Load {
  /** The whole run up to the end of the last hold. */
  whole: View;
  /** null where the load was the same from the first moment on. */
  calm: View | null;
  /** In words, for people: `16 users`. */
  calmText: string;
  loaded: View;
}

/** Splits a run; the calm part lies before the load, since what comes after may still suffer from it. */
export function loadOf(facts: RunFacts): Load {
  const holds = facts.windows.map(({ users, fromMs, toMs }) => ({ users, from: fromMs / 1_000, to: toMs / 1_000 }));
  const end = holds.at(-1)?.to ?? facts.users.length;
  const most = Math.max(0, ...holds.map(({ users }) => users));
  const top = holds.find(({ users }) => users === most) ?? { users: most, from: 0, to: end };
  const view = (span: Span) => new View(facts, span);
  const whole = view({ users: most, from: 0, to: end });
  const lowest = holds.find(({ users, to }) => to <= top.from && users <= CALM_SHARE * most);
  if (lowest) return { whole, calm: view(lowest), calmText: `${lowest.users} users`, loaded: view(top) };
  if (holds[0] === top && top.from >= SHORTEST_RAMP_S && most > 0) {
    const calm = { users: Math.round(most / 4), from: 0, to: top.from / 2 };
    return { whole, calm: view(calm), calmText: 'the first half of the ramp', loaded: view(top) };
  }
  return { whole, calm: null, calmText: '', loaded: view(top) };
}
