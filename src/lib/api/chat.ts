/**
 * The chat routes: one function each. None throws; all are counted whatever comes back.
 */
import type { ChatAnswerBody, ChatHistoryBody, ChatMessage, FeedbackRequest } from '../../wire/api.ts';
import { isAmong } from '../../wire/fixtures.ts';
import { OK, type Result, type Route, send } from '../http.ts';
import { config } from '../run.ts';
import type { Session } from '../session.ts';

const ASK: Route = { name: 'POST /api/chat', method: 'POST', statuses: OK };
const HISTORY: Route = { name: 'GET /api/chat/history', method: 'GET', statuses: OK };
const RENAME: Route = { name: 'PATCH /api/chat/session/:id', method: 'PATCH', statuses: OK };
const FEEDBACK: Route = { name: 'POST /api/chat/feedback', method: 'POST', statuses: [200, 201] };

const HISTORY_LIMIT = 50;
const TITLE_LENGTH = 60;

export interface Answer {
  messageId: string;
  sessionId: string;
}

/**
 * Asks one question.
 * @param chatSessionId goes on with that conversation; undefined begins one
 * @returns the answer; malformed when it is empty, leaves the conversation, or refers to another creator's videos
 */
export function ask(me: Session, message: string, chatSessionId?: string): Result<Answer> {
  const body = { message, session_id: chatSessionId, creator_id: me.user.creator_id };
  return send(ASK, `${config.appUrl}/api/chat`, body, me.headers, (answer) => {
    const { success, data, meta } = answer as ChatAnswerBody;
    const kept = chatSessionId === undefined || data.session_id === chatSessionId;
    const { video_references: references } = data;
    // What is no list has no length.
    let own = meta.creator_id === me.user.creator_id && references.length >= 0;
    for (let at = 0; at < references.length; at++) own &&= isAmong(me.user.videos, references[at]!.video_id);
    const complete = success && data.content.trim() !== '' && data.message_id && data.session_id;
    return complete && kept && own ? { messageId: data.message_id, sessionId: data.session_id } : undefined;
  });
}

/** Reads a conversation back; malformed when it isn't that conversation or is empty. */
export function readHistory(me: Session, chatSessionId: string): Result<ChatMessage[]> {
  const url = `${config.appUrl}/api/chat/history?session_id=${chatSessionId}&limit=${HISTORY_LIMIT}`;
  return send(HISTORY, url, undefined, me.headers, (answer) => {
    const { success, data } = answer as ChatHistoryBody;
    return success && data.session_id === chatSessionId && data.messages.length > 0 ? data.messages : undefined;
  });
}

/** Gives a conversation another title, cut to a title's length. */
export function rename(me: Session, chatSessionId: string, title: string): Result<true> {
  const url = `${config.appUrl}/api/chat/session/${chatSessionId}`;
  return send(RENAME, url, { title: title.slice(0, TITLE_LENGTH) }, me.headers, () => true);
}

/** Rates an answer. */
export function rate(me: Session, messageId: string, feedback: FeedbackRequest['feedback']): Result<true> {
  const body: FeedbackRequest = { message_id: messageId, feedback };
  return send(FEEDBACK, `${config.appUrl}/api/chat/feedback`, body, me.headers, () => true);
}
