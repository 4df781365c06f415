/** How many questions a student may ask, and how many are left. */
import type { ChatQuotaBody, Usage } from '../../src/wire/api.ts';
import type { Tier } from '../../src/wire/fixtures.ts';
import type { Call } from '../call.ts';
import { sql } from '../db/database.ts';
import { Refusal } from '../errors.ts';
import type { Student } from './students.ts';

interface QuotaState {
  tier: Tier;
  /** Questions of the quota's period, this one included. */
  asked: number;
  /** The trial has a quota once, paid tiers have one a day. */
  period: 'ever' | 'day' | 'none';
  /** null is without limit. */
  questions: number | null;
}

function quotaOf(call: Call, tier: Tier): Pick<QuotaState, 'period' | 'questions'> {
  const allowance = call.platform.options.limits.chatQuota[tier];
  if (allowance === 'none') return { period: 'none', questions: null };
  return { period: tier === 'free' ? 'ever' : 'day', questions: allowance === 'closed' ? 0 : allowance };
}

/** The student has asked all the questions that the tier allows: 403, in a body of its own. */
function quotaExceeded(state: QuotaState): Refusal {
  const usage = { ...usageBody(state), remaining: 0, upgrade_required: true };
  const body: ChatQuotaBody = {
    success: false,
    error: {
      code: 'CHAT_LIMIT_EXCEEDED',
      message: usage.message,
      details: { tier: usage.tier, upgrade_required: true, questions_asked: state.asked, remaining: 0 },
    },
    meta: { usage },
  };
  return new Refusal(usage.message, { status: 403, body });
}

/**
 * Counts a question before it is answered, so that requests at the same time can't both be the last one.
 * @throws Refusal 403
 */
export async function reserveQuestion(call: Call, { id, creator_id, tier }: Student): Promise<QuotaState> {
  const { period, questions } = quotaOf(call, tier);
  const [row] = await call.rows<{ questions_asked: number; daily_questions: number }>(
    sql`insert into chat_usage as u (user_id, student_id, creator_id, tier, questions_asked, questions_limit,
        daily_questions, daily_reset_at)
      values (${id}, ${id}, ${creator_id}, ${tier.toUpperCase()}, 1, ${questions}, 1, date_trunc('day', now()) + interval '1 day')
      on conflict (user_id) do update set
        questions_asked = u.questions_asked + 1,
        daily_questions = case when u.daily_reset_at > now() then u.daily_questions + 1 else 1 end,
        daily_reset_at = case when u.daily_reset_at > now() then u.daily_reset_at else excluded.daily_reset_at end
      where case ${period}
        when 'ever' then u.questions_asked < ${questions}::int
        when 'day' then u.daily_reset_at is null or u.daily_reset_at <= now() or u.daily_questions < ${questions}::int
        else true end
      returning questions_asked, daily_questions`,
  );
  if (!row) throw quotaExceeded({ tier, asked: questions!, period, questions });
  return { tier, asked: period === 'day' ? row.daily_questions : row.questions_asked, period, questions };
}

/** Takes back a question that got no answer. */
export async function returnQuestion(call: Call, { id }: Student): Promise<void> {
  await call.rows(
    sql`update chat_usage set questions_asked = greatest(0, questions_asked - 1),
      daily_questions = greatest(0, daily_questions - 1) where user_id = ${id}`,
  );
}

/** What `remaining` says where there is no quota. */
const UNLIMITED = 999_999;

export function usageBody({ tier, asked, period, questions }: QuotaState): Usage {
  const remaining = questions === null ? UNLIMITED : Math.max(0, questions - asked);
  const span = period === 'day' ? 'today' : 'in your trial';
  const message = questions === null ? 'Unlimited questions' : `${remaining} of ${questions} questions left ${span}`;
  return {
    tier: tier.toUpperCase(),
    remaining,
    is_free_tier: tier === 'free',
    upgrade_required: remaining === 0,
    message,
  };
}
