/** What a student's start page shows: events, chronos, conversations. */
import type { CalendarBody, ChatSessionsBody } from '../../../wire/api.ts';
import type { Answer } from '../../contract/answer.ts';
import { answers, expects, refuses } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { config } from '../../run.ts';
import type { Cast } from './cast.ts';

const CALENDAR = 'GET /api/calendar/events';
const BALANCE = 'GET /api/chronos/balance';
const CONVERSATIONS = 'GET /api/chat';

const CALENDAR_USED = { data: { events: [{ id: 'text' }] } } as const;
const CALENDAR_DOCUMENTED = { success: 'true', data: { totalCount: 'count' } } as const;

const BALANCE_DOCUMENTED = {
  totalEarned: 'number',
  totalSpent: 'number',
  totalRedeemed: 'number',
  usdValue: 'number',
} as const;

/** Every event that there is, so that some are. */
const ALL_DAYS = 'startDate=2000-01-01&endDate=2100-01-01';

export function showsEvents({ students: [me, stranger] }: Cast): void {
  const own = `studentId=${me.user.user_id}`;
  answers(CALENDAR, readCalendar(me.identity, `${own}&upcoming=true&limit=5`), CALENDAR_USED, CALENDAR_DOCUMENTED);
  const all = readCalendar(me.identity, `${own}&${ALL_DAYS}`);
  if (answers(`${CALENDAR} between two dates`, all, CALENDAR_USED)) {
    const ids = eventsIn(all);
    const shown = eventsIn(readCalendar(stranger.identity, `${own}&${ALL_DAYS}`)).filter((id) => ids.includes(id));
    expects('fatal', `${CALENDAR} of another student: events shown`, shown.length, 0);
  }
  refuses(`${CALENDAR} without studentId`, readCalendar(me.identity, 'upcoming=true'), 400);
  refuses(`${CALENDAR} without a session`, readCalendar(NOBODY, `${own}&upcoming=true`), 401);
}

export function showsBalance({ students: [me] }: Cast): void {
  answers(BALANCE, readBalance(me.identity), { balance: 'number' }, BALANCE_DOCUMENTED);
  refuses(`${BALANCE} without a session`, readBalance(NOBODY), 401);
}

export function listsConversations({ students: [me, stranger], conversation }: Cast): void {
  const own = conversation();
  const answer = listConversations(me.identity);
  if (answers(CONVERSATIONS, answer, { data: { sessions: [{ id: 'text' }] } }) && own) {
    const listed = conversationsIn(answer).some(({ id }) => id === own.session_id);
    expects('listed', `${CONVERSATIONS}: the newest conversation`, listed ? 'listed' : 'absent', 'listed');
    const shown = conversationsIn(listConversations(stranger.identity)).some(({ id }) => id === own.session_id);
    expects('fatal', `${CONVERSATIONS} of another user: the conversation`, shown ? 'shown' : 'hidden', 'hidden');
  }
  refuses(`${CONVERSATIONS} without a session`, listConversations(NOBODY), 401);
}

export function readBalance(identity: Identity): Answer {
  return look(BALANCE, `${config.appUrl}/api/chronos/balance`, identity);
}

export function listConversations(identity: Identity): Answer {
  return look(CONVERSATIONS, `${config.appUrl}/api/chat`, identity);
}

/** None where the answer is none of a list. */
export function conversationsIn({ body }: Answer): ChatSessionsBody['data']['sessions'] {
  const sessions: unknown = (body as Partial<ChatSessionsBody> | undefined)?.data?.sessions;
  return Array.isArray(sessions) ? sessions : [];
}

function readCalendar(identity: Identity, query: string): Answer {
  return look(CALENDAR, `${config.appUrl}/api/calendar/events?${query}`, identity);
}

function eventsIn({ body }: Answer): string[] {
  const events: unknown = (body as Partial<CalendarBody> | undefined)?.data?.events;
  return Array.isArray(events) ? events.map(({ id }) => id) : [];
}
