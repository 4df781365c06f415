/** The creator behind a request. */
import { TIERS, type Tier } from '../../src/wire/fixtures.ts';
import type { Call } from '../call.ts';
import { sql } from '../db/database.ts';
import { olderError } from '../errors.ts';

export interface Creator {
  id: string;
  tier: Tier;
}

/** @throws Refusal 403 when the user is no creator */
export async function creatorOf(call: Call): Promise<Creator> {
  const userId = call.user.id;
  const creator = await call.cached(`creator-account:${userId}`, 'profile', async () => {
    const [row] = await call.rows<{ id: string; tier: string }>(
      sql`select id, lower(coalesce(current_plan, subscription_tier)) as tier from creators
        where whop_user_id = ${userId}`,
    );
    return row && { id: row.id, tier: TIERS.find((tier) => tier === row.tier) ?? 'basic' };
  });
  if (!creator) throw olderError(403, 'Creator account not found', 'This route is for creator accounts');
  return creator;
}

/** Cache group of what depends on a creator's videos: lists, dashboards, answers. */
export const contentGroup = (creatorId: string) => `content:${creatorId}`;
