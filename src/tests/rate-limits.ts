/**
 * Each tier gets what it is allowed, and not one request more. No load: for every limit of every tier one inspector uses
 * it up with users that no other test touches, and looks at what happens to them and to others.
 */
import { attempt, type Visitor } from '../lib/api/attempts.ts';
import { defineTest } from '../lib/define-test.ts';
import { ownLimit, visitorsOf } from '../lib/inspectors.ts';
import { atOnce, countLook, others, recovers, type TierLimit, useUp } from '../lib/limit-inspection.ts';
import type { InspectedLimits } from '../lib/once/limits.ts';
import { rowOf, sharedRows } from '../lib/once-a-process.ts';
import { TIERS } from '../wire/fixtures.ts';
import type { LimitName } from '../wire/limits.ts';

const inspected = sharedRows('limits');
let limits: InspectedLimits['limits'];
let inReach: InspectedLimits['inReach'];

export const { options, setup, inspectors, handleSummary } = defineTest('rate-limits', { inspectors: inspect });

/** Requests beyond the largest limit that any tier has. */
const MORE = 10;

function inspect(): void {
  ({ limits, inReach } = rowOf(inspected, 0));
  const { name, tier } = ownLimit();
  const allowed = limits[name].allowed[tier];
  const next = visitorsOf(tier);
  if (allowed === 'none') hasNoLimit(next(), name);
  else if (allowed === 'closed') hasNoAccess(next(), name);
  else if (inReach.refusal.includes(name)) meetsItsLimit(next, { name, tier, limit: limits[name], allowed });
}

/** Each step takes users until one is found whom no run before this one has used up. */
function meetsItsLimit(next: () => Visitor | undefined, mine: TierLimit): void {
  let me = next();
  let used = me && useUp(me, mine);
  while (me && !used) {
    me = next();
    used = me && useUp(me, mine);
  }
  if (!me || !used) return;
  if (mine.name === 'chat')
    tellsQuotaFromLimit(
      used.passed.map(({ status, errorCode }) => `${status} ${errorCode}`),
      mine,
    );
  const other = next();
  if (other) others(other, mine);
  if (inReach.recovery.includes(mine.name)) recovers(me, mine, used.refusal);
  let crowd = next();
  while (crowd && !atOnce(crowd, mine)) crowd = next();
}

/** Questions beyond the quota are refused too, in another way. */
function tellsQuotaFromLimit(answers: readonly string[], mine: TierLimit): void {
  const quota = limits.chatQuota[mine.tier];
  if (typeof quota !== 'number' || quota >= mine.allowed) return;
  const answered = answers.filter((answer) => answer.startsWith('200')).length;
  const refused = answers.filter((answer) => answer === '403 CHAT_LIMIT_EXCEEDED').length;
  const isTold = answered <= quota && answered + refused === mine.allowed;
  countLook(
    'quota',
    mine,
    isTold,
    () => `with a quota of ${quota}, ${answered} were answered and ${refused} refused by it`,
  );
}

function hasNoAccess(me: Visitor | undefined, name: LimitName): void {
  if (!me) return;
  const statuses = attempt(me, name, 1).map(({ status }) => status);
  countLook('closed', { name, tier: me.user.tier }, statuses[0] === 403, () => `answered with ${statuses[0]}, not 403`);
}

function hasNoLimit(me: Visitor | undefined, name: LimitName): void {
  if (!me) return;
  const largest = TIERS.map((tier) => limits[name].allowed[tier]).filter((allowed) => typeof allowed === 'number');
  const refused = attempt(me, name, Math.max(0, ...largest) + MORE).filter(({ letThrough }) => !letThrough).length;
  countLook('unlimited', { name, tier: me.user.tier }, refused === 0, () => `${refused} requests were refused`);
}
