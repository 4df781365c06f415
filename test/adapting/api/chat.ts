/**
 * The tutor: one function a route. Its answers are streamed. k6 hands a stream over when it has ended, so that an
 * answer's duration is that of the whole, and what can be known of its beginning is when the first byte came.
 */
import { Trend } from 'k6/metrics';
import type { FeedbackRequest } from '../../wire/api.ts';
import { METRIC } from '../../wire/facts.ts';
import { isAmong } from '../../wire/fixtures.ts';
import { type Result, type Route, send } from '../http.ts';
import { currentPhase } from '../phase.ts';
import { config } from '../run.ts';
import type { Session } from '../session.ts';
import { eventsOf, type ServerEvent } from './event-stream.ts';

export const ASK: Route = { name: 'POST /api/chat', method: 'POST', statuses: [200], parse: eventsOf };
export const HISTORY: Route = { name: 'GET /api/chat/history', method: 'GET', statuses: [200] };
const VOTE: Route = { name: 'POST /api/chat/feedback', statuses: [200], method: 'PUT' };

const firstByte = new Trend(METRIC.firstByte, true);

export interface Answer {
  messageId: string;
  sessionId: string;
}

interface EndOfAnswer {
  id: string;
  thread: string;
  sources: string[];
}

/** Asks one question; malformed when the answer breaks off, is empty, or refers to another creator's videos. */
export function ask(me: Session, message: string, thread?: string): Result<Answer> {
  return send(ASK, askUrl(), { text: message, thread }, me.headers, (body, { timings }) => {
    const end = endOf(body as ServerEvent[]);
    const whole = end?.id && end.thread && (thread === undefined || end.thread === thread);
    if (!whole || !end.sources.every((id) => isAmong(me.user.videos, id))) return undefined;
    firstByte.add(timings.waiting, { phase: currentPhase() });
    return { messageId: end.id, sessionId: end.thread };
  });
}

/** Reads a conversation back; malformed when it is empty. */
export function readHistory(me: Session, thread: string): Result<unknown[]> {
  return send(HISTORY, threadUrl(thread), undefined, me.headers, (body) => {
    const { turns } = body as { turns: unknown[] };
    return turns.length > 0 ? turns : undefined;
  });
}

/** Rates an answer. */
export function rate(me: Session, answerId: string, feedback: FeedbackRequest['feedback']): Result<true> {
  const url = `${config.appUrl}/v2/assistant/answers/${answerId}/vote`;
  return send(VOTE, url, { up: feedback === 'positive' }, me.headers, () => true);
}

/** Threads have no titles here. */
export function rename(_me: Session, _thread: string, _title: string): Result<true> {
  throw 'this platform has no such route';
}

export const askUrl = () => `${config.appUrl}/v2/assistant/ask`;
export const threadUrl = (thread: string) => `${config.appUrl}/v2/assistant/threads/${thread}`;

/** What a whole answer ends with; undefined when it says nothing, or breaks off. */
export function endOf(events: readonly ServerEvent[]): EndOfAnswer | undefined {
  const last = events[events.length - 1];
  const spoke = events.some(({ name }) => name === 'words');
  return spoke && last?.name === 'end' ? (JSON.parse(last.data) as EndOfAnswer) : undefined;
}
