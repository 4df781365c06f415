/** The student behind a request. */
import { TIERS, type Tier } from '../../src/wire/fixtures.ts';
import type { Call } from '../call.ts';
import { sql } from '../db/database.ts';
import { forbidden } from '../errors.ts';

export interface Student {
  id: string;
  creator_id: string;
  tier: Tier;
}

/** @throws Refusal 403 when the user is no student */
export async function studentOf(call: Call): Promise<Student> {
  const userId = call.user.id;
  const student = await call.cached(studentGroup(userId), 'profile', async () => {
    const [row] = await call.rows<{ id: string; creator_id: string; tier: string }>(
      sql`select s.id, s.creator_id, lower(coalesce(u.tier, s.membership_tier, 'FREE')) as tier
        from students s left join chat_usage u on u.student_id = s.id where s.id = ${userId}`,
    );
    return row && { id: row.id, creator_id: row.creator_id, tier: TIERS.find((tier) => tier === row.tier) ?? 'free' };
  });
  if (!student) throw forbidden('Student account not found');
  return student;
}

/** Cache group of what is known about a student. */
const studentGroup = (id: string) => `student:${id}`;
