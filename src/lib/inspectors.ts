/** Who inspects what: one virtual user for each limit of each tier, and the users that it may use up for that. */

import { TIERS, type Tier } from '../wire/fixtures.ts';
import { LIMIT_NAMES, type LimitName } from '../wire/limits.ts';
import { type Visitor, visitorFor } from './api/attempts.ts';
import { limitsUsers } from './fixtures.ts';
import { ownNumber } from './k6.ts';
import { countOf, rowOf } from './once-a-process.ts';

/** The limit that this virtual user looks at. */
export function ownLimit(): { readonly name: LimitName; readonly tier: Tier } {
  const number = ownNumber() - 1;
  return {
    name: LIMIT_NAMES[Math.floor(number / TIERS.length) % LIMIT_NAMES.length]!,
    tier: TIERS[number % TIERS.length]!,
  };
}

/** Users of a tier that only the rate-limits test touches, one after the other; undefined when there are no more. */
export function visitorsOf(tier: Tier): () => Visitor | undefined {
  const users = Array.from({ length: countOf(limitsUsers) }, (_, at) => rowOf(limitsUsers, at)).filter(
    (user) => user.tier === tier,
  );
  return () => {
    const user = users.shift();
    return user && visitorFor(user);
  };
}
