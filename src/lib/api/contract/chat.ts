/**
 * The chat routes, as PLATFORM.md gives them: what they answer, what they refuse, and that nobody sees what belongs to
 * another creator or another user.
 */
import {
  type ChatAnswerBody,
  type ChatHistoryBody,
  type ChatRequest,
  type FeedbackRequest,
  MAX_MESSAGE_LENGTH,
} from '../../../wire/api.ts';
import { type Answer, headerOf } from '../../contract/answer.ts';
import { answers, denies, expects, refuses } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import type { Shape } from '../../contract/shape.ts';
import { question } from '../../questions.ts';
import { config } from '../../run.ts';
import type { Cast } from './cast.ts';
import type { Visitor } from './sign-in.ts';

const ASK = 'POST /api/chat';
const HISTORY = 'GET /api/chat/history';
const FEEDBACK = 'POST /api/chat/feedback';

/** Characters (PLATFORM.md). */
const LONGEST_COMMENT = 500;

const REFERENCES: Shape = [{ video_id: 'text', title: 'text', timestamp: 'number', relevance_score: 'ratio' }];

const ANSWER_USED: Shape = {
  success: 'true',
  data: { message_id: 'text', content: 'text', session_id: 'text', video_references: [{ video_id: 'text' }] },
  meta: { creator_id: 'text' },
};
const ANSWER_DOCUMENTED: Shape = {
  data: { video_references: REFERENCES },
  meta: {
    usage: {
      tier: 'text',
      remaining: 'number',
      is_free_tier: 'boolean',
      upgrade_required: 'boolean',
      message: 'string?',
    },
    chronos_awarded: 'number',
    chronos_balance: 'number',
  },
};

const HISTORY_USED: Shape = { success: 'true', data: { session_id: 'text', messages: [{ id: 'text' }] } };
const HISTORY_DOCUMENTED: Shape = {
  data: {
    messages: [
      {
        role: '=user|assistant',
        content: 'text',
        video_references: 'list?',
        feedback: '=positive|negative?',
        created_at: 'time',
      },
    ],
    total: 'count',
  },
};

/** Goes on, reads back, rates; then everything of it that must be refused. */
export function chats({ students: [me, stranger], conversation }: Cast): void {
  const answer = conversation();
  if (answer) {
    goesOn(me, answer);
    readsBack(me, stranger, answer);
    rates(me, stranger, answer);
    writesForNobodyElse(me, stranger, answer);
  }
  staysWithOwnCreator(me, stranger);
  refusesMessages(me);
}

/** The first question of a conversation. */
export function asks(me: Visitor): ChatAnswerBody['data'] | undefined {
  const answer = ask(me.identity, { message: question(), creator_id: me.user.creator_id });
  if (!answers(ASK, answer, ANSWER_USED, ANSWER_DOCUMENTED)) return undefined;
  const { data, meta } = answer.body as ChatAnswerBody;
  const own = meta.creator_id === me.user.creator_id;
  expects('fatal', `${ASK}: meta.creator_id`, own ? 'the own creator' : 'another creator', 'the own creator');
  const foreign = data.video_references.filter(({ video_id }) => !me.videoIds.includes(video_id)).length;
  expects('fatal', `${ASK}: references to videos that are not the own creator's`, foreign, 0);
  if (me.user.tier !== 'enterprise') countsDown(answer);
  return data;
}

function countsDown(answer: Answer): void {
  for (const name of ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']) {
    expects('listed', `${ASK}: header ${name}`, headerOf(answer, name) ? 'present' : 'absent', 'present');
  }
}

function goesOn(me: Visitor, { session_id }: ChatAnswerBody['data']): void {
  const what = `${ASK} in a running conversation`;
  const answer = ask(me.identity, { message: question(), session_id, creator_id: me.user.creator_id });
  if (!answers(what, answer, ANSWER_USED)) return;
  const kept = (answer.body as ChatAnswerBody).data.session_id === session_id;
  expects('fatal', `${what}: session_id`, kept ? 'the same session' : 'another session', 'the same session');
}

function readsBack(me: Visitor, stranger: Visitor, { session_id }: ChatAnswerBody['data']): void {
  const answer = readHistory(me.identity, session_id);
  if (answers(HISTORY, answer, HISTORY_USED, HISTORY_DOCUMENTED)) {
    const { data } = answer.body as ChatHistoryBody;
    const kept = data.session_id === session_id;
    expects('fatal', `${HISTORY}: session_id`, kept ? 'the session asked for' : 'another', 'the session asked for');
    expects('fatal', `${HISTORY}: messages`, data.messages.length > 0 ? 'some' : 'none', 'some');
  }
  refuses(`${HISTORY} of no conversation`, look(HISTORY, `${config.appUrl}/api/chat/history`, me.identity), 400);
  const peeked = readHistory(stranger.identity, session_id);
  const isHidden = expects('fatal', `${HISTORY} of another user: messages shown`, messagesOf(peeked).length, 0);
  if (isHidden) refuses(`${HISTORY} of another user`, peeked, 401);
  refuses(`${HISTORY} without a session`, readHistory(NOBODY, session_id), 401);
}

function rates(me: Visitor, stranger: Visitor, { message_id, session_id }: ChatAnswerBody['data']): void {
  answers(FEEDBACK, rate(me.identity, { message_id, feedback: 'positive' }), 'object');
  denies(`${FEEDBACK} of another user`, rate(stranger.identity, { message_id, feedback: 'negative' }));
  const rated = messagesOf(readHistory(me.identity, session_id)).find(({ id }) => id === message_id)?.feedback;
  expects('listed', `${FEEDBACK}: the rating`, rated === 'positive' ? 'as given' : 'another', 'as given');
  const unknown = 'undecided' as FeedbackRequest['feedback'];
  refuses(`${FEEDBACK} with an unknown rating`, rate(me.identity, { message_id, feedback: unknown }), 400);
  const comment = 'x'.repeat(LONGEST_COMMENT + 1);
  const long = rate(me.identity, { message_id, feedback: 'positive', comment });
  refuses(`${FEEDBACK} with a comment of ${comment.length} characters`, long, 400);
  refuses(`${FEEDBACK} without a session`, rate(NOBODY, { message_id, feedback: 'positive' }), 401);
}

/** A stranger who names the conversation must not write into it. */
function writesForNobodyElse(me: Visitor, stranger: Visitor, { session_id }: ChatAnswerBody['data']): void {
  const what = `${ASK} in another user's conversation`;
  const message = question();
  denies(what, ask(stranger.identity, { message, session_id, creator_id: stranger.user.creator_id }));
  const written = messagesOf(readHistory(me.identity, session_id)).some(({ content }) => content === message);
  expects('fatal', `${what}: the message`, written ? 'written' : 'absent', 'absent');
}

/** A student who names another creator must not be shown that creator's videos. */
function staysWithOwnCreator(me: Visitor, stranger: Visitor): void {
  const answer = ask(me.identity, { message: question(), creator_id: stranger.user.creator_id });
  const references = (answer.body as Partial<ChatAnswerBody> | undefined)?.data?.video_references ?? [];
  const foreign = references.filter(({ video_id }) => stranger.videoIds.includes(video_id)).length;
  expects('fatal', `${ASK} with another creator's id: references to that creator's videos`, foreign, 0);
}

function refusesMessages(me: Visitor): void {
  const tooLong = 'x'.repeat(MAX_MESSAGE_LENGTH + 1);
  refuses(`${ASK} with an empty message`, ask(me.identity, { message: '' }), 400);
  refuses(`${ASK} with ${tooLong.length} characters`, ask(me.identity, { message: tooLong }), 400);
  refuses(`${ASK} without a session`, ask(NOBODY, { message: question() }), 401);
}

function ask(identity: Identity, body: ChatRequest): Answer {
  return look(ASK, `${config.appUrl}/api/chat`, identity, body);
}

export function readHistory(identity: Identity, sessionId: string): Answer {
  return look(HISTORY, `${config.appUrl}/api/chat/history?session_id=${sessionId}&limit=50`, identity);
}

/** None where the answer is no history. */
export function messagesOf({ body }: Answer): ChatHistoryBody['data']['messages'] {
  const messages: unknown = (body as Partial<ChatHistoryBody> | undefined)?.data?.messages;
  return Array.isArray(messages) ? messages : [];
}

function rate(identity: Identity, body: FeedbackRequest): Answer {
  return look(FEEDBACK, `${config.appUrl}/api/chat/feedback`, identity, body);
}
