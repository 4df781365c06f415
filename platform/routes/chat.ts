/** The assistant: questions, answers, history, feedback. */
import { randomUUID } from 'node:crypto';
import { type ChatAnswerBody, MAX_MESSAGE_LENGTH, type VideoReference } from '../../src/wire/api.ts';
import { type Call, ok, type Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import { embed, vectorBytes } from '../embedding.ts';
import { forbidden, invalid, notFound, notSignedIn } from '../errors.ts';
import { isUuid, optionalText } from '../input.ts';
import { limited } from '../limited.ts';
import type { AppRoute } from '../route.ts';
import { askProvider } from './ai-answer.ts';
import { reserveQuestion, returnQuestion, usageBody } from './chat-quota.ts';
import { contentGroup } from './creators.ts';
import { type Student, studentOf } from './students.ts';

/** Chunks that an answer is made from. */
const SOURCES = 5;
/** Any likeness counts: the nearest chunks are the best there are. */
const LEAST_SIMILARITY = 0;
/** Chronos for a question. */
const AWARD = 10;
const CONTEXT_TYPES = ['general', 'project-specific', 'quiz-help'];

export const chatRoutes: AppRoute[] = [
  { name: 'POST /api/chat', method: 'POST', path: '/api/chat', session: true, handle: ask },
  { name: 'GET /api/chat', method: 'GET', path: '/api/chat', session: true, handle: sessions },
  { name: 'GET /api/chat/history', method: 'GET', path: '/api/chat/history', session: true, handle: history },
  {
    name: 'DELETE /api/chat/session/:id',
    method: 'DELETE',
    path: '/api/chat/session/:id',
    session: true,
    handle: remove,
  },
  {
    name: 'PATCH /api/chat/session/:id',
    method: 'PATCH',
    path: '/api/chat/session/:id',
    session: true,
    handle: rename,
  },
  { name: 'POST /api/chat/feedback', method: 'POST', path: '/api/chat/feedback', session: true, handle: feedback },
];

interface Question {
  message: string;
  /** undefined starts a new session. */
  sessionId: string | undefined;
  contextType: string;
}

interface Found {
  content: string;
  references: VideoReference[];
}

async function ask(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'chat', student);
  const question = readQuestion(await call.json(), student);
  const usage = await reserveQuestion(call, student);
  try {
    await checkSession(call, student, question.sessionId);
    const askedAt = new Date();
    const found = await answer(call, student, question.message);
    const kept = await keep(call, student, question, found, askedAt);
    const body: ChatAnswerBody = {
      success: true,
      data: {
        message_id: kept.messageId,
        content: found.content,
        video_references: found.references,
        session_id: kept.sessionId,
      },
      meta: {
        creator_id: student.creator_id,
        usage: usageBody(usage),
        chronos_awarded: AWARD,
        chronos_balance: kept.balance,
      },
    };
    return ok(body);
  } catch (error) {
    await returnQuestion(call, student).catch(() => undefined);
    throw error;
  }
}

function readQuestion(body: Record<string, unknown>, student: Student): Question {
  const { message } = body;
  if (typeof message !== 'string' || message.trim() === '') throw invalid('message is required');
  if ([...message].length > MAX_MESSAGE_LENGTH) {
    throw invalid(`message must be at most ${MAX_MESSAGE_LENGTH} characters`);
  }
  const contextType = optionalText(body, 'context_type') ?? 'general';
  if (!CONTEXT_TYPES.includes(contextType)) throw invalid(`context_type must be one of ${CONTEXT_TYPES.join(', ')}`);
  const creatorId = optionalText(body, 'creator_id');
  if (creatorId !== undefined && creatorId !== student.creator_id) throw forbidden('Not enrolled with this creator');
  const sessionId = optionalText(body, 'session_id');
  if (sessionId !== undefined && !isUuid(sessionId)) throw invalid('session_id must be a UUID');
  return { message, sessionId, contextType };
}

/** @throws Refusal 401 for a session that isn't the student's own, whether or not it exists */
async function checkSession(call: Call, student: Student, sessionId: string | undefined): Promise<void> {
  if (sessionId === undefined) return;
  const owner = await call.cached(sessionGroup(sessionId), 'owner', async () => {
    const [row] = await call.rows<{ student_id: string }>(
      sql`select student_id from chat_sessions where id = ${sessionId}`,
    );
    return row?.student_id;
  });
  if (owner !== student.id) throw notSignedIn('This chat session belongs to somebody else');
}

const sessionGroup = (id: string) => `chat-session:${id}`;

/** From the cache, or from the videos by way of the AI provider. */
function answer(call: Call, student: Student, message: string): Promise<Found> {
  return call.cached(contentGroup(student.creator_id), `answer ${message.trim().toLowerCase()}`, async () => {
    const chunks = await search(call, student.creator_id, message);
    const sources = chunks.map(({ chunk_text }) => chunk_text);
    const content = await askProvider(call, { message, sources });
    return { content, references: chunks.map(reference) };
  });
}

interface ChunkRow {
  video_id: string;
  video_title: string;
  chunk_text: string;
  start_timestamp: number;
  similarity: number;
}

function search(call: Call, creatorId: string, message: string): Promise<ChunkRow[]> {
  const question = vectorBytes(embed(message, creatorId));
  return call.rows<ChunkRow>(
    sql`select video_id, video_title, chunk_text, start_timestamp, similarity
      from match_video_chunks(${question}, ${LEAST_SIMILARITY}, ${SOURCES}, ${creatorId})`,
    'vector',
  );
}

function reference(chunk: ChunkRow): VideoReference {
  return {
    video_id: chunk.video_id,
    title: chunk.video_title,
    timestamp: chunk.start_timestamp,
    relevance_score: Math.round(chunk.similarity * 1e4) / 1e4,
  };
}

async function keep(call: Call, student: Student, question: Question, found: Found, askedAt: Date) {
  const sessionId = question.sessionId ?? randomUUID();
  const messageId = randomUUID();
  const title = question.message.slice(0, 60);
  const references = JSON.stringify(found.references);
  const inSession =
    question.sessionId === undefined
      ? sql`insert into chat_sessions (id, student_id, creator_id, title, context_type)
          values (${sessionId}, ${student.id}, ${student.creator_id}, ${title}, ${question.contextType})`
      : sql`update chat_sessions set updated_at = now() where id = ${sessionId}`;
  const results = await call.run([
    inSession,
    sql`insert into chat_messages (id, session_id, creator_id, role, content, video_references, created_at) values
      (${randomUUID()}, ${sessionId}, ${student.creator_id}, 'user', ${question.message}, '[]', ${askedAt}),
      (${messageId}, ${sessionId}, ${student.creator_id}, 'assistant', ${found.content}, ${references}, ${new Date()})`,
    sql`update students set xp_points = xp_points + ${AWARD}, last_active = now() where id = ${student.id}
      returning xp_points`,
  ]);
  if (question.sessionId === undefined) call.platform.cache.set(sessionGroup(sessionId), 'owner', student.id);
  return { sessionId, messageId, balance: results[2]!.rows[0]?.xp_points as number };
}

async function sessions(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const rows = await call.rows(
    sql`select id, title, creator_id, context_type, created_at, updated_at from chat_sessions
      where student_id = ${student.id} order by updated_at desc limit 100`,
  );
  return ok({ success: true, data: { sessions: rows, total: rows.length } });
}

async function history(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const sessionId = call.query.get('session_id') ?? '';
  if (!isUuid(sessionId)) throw invalid('session_id is required and must be a UUID');
  const limit = Number(call.query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid('limit must be a number from 1 to 100');
  await checkSession(call, student, sessionId);
  const rows = await call.rows<{ total?: number }>(
    sql`select id, role, content, video_references, feedback, created_at, count(*) over () as total
      from chat_messages where session_id = ${sessionId} order by created_at desc limit ${limit}`,
  );
  const total = rows[0]?.total ?? 0;
  const messages = rows.reverse().map(({ total: _, ...message }) => message);
  return ok({ success: true, data: { session_id: sessionId, messages, total } });
}

async function remove(call: Call): Promise<Reply> {
  const { id, student } = await ownSession(call);
  await call.rows(sql`delete from chat_sessions where id = ${id} and student_id = ${student.id}`);
  call.platform.cache.drop(sessionGroup(id));
  return ok({ success: true });
}

async function rename(call: Call): Promise<Reply> {
  const { id, student } = await ownSession(call);
  const title = optionalText(await call.json(), 'title')?.trim() ?? '';
  if (title === '' || title.length > 200) throw invalid('title must have 1 to 200 characters');
  const [row] = await call.rows(
    sql`update chat_sessions set title = ${title}, updated_at = now()
      where id = ${id} and student_id = ${student.id} returning id, title, updated_at`,
  );
  return ok({ success: true, data: row });
}

async function ownSession(call: Call): Promise<{ id: string; student: Student }> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const id = call.params.id ?? '';
  if (!isUuid(id)) throw invalid('the session id must be a UUID');
  await checkSession(call, student, id);
  return { id, student };
}

async function feedback(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const body = await call.json();
  const messageId = optionalText(body, 'message_id') ?? '';
  if (!isUuid(messageId)) throw invalid('message_id is required and must be a UUID');
  const verdict = body.feedback;
  if (verdict !== 'positive' && verdict !== 'negative') throw invalid('feedback must be positive or negative');
  if ((optionalText(body, 'comment') ?? '').length > 500) throw invalid('comment must be at most 500 characters');
  const rows = await call.rows(
    sql`update chat_messages m set feedback = ${verdict} from chat_sessions s
      where m.id = ${messageId} and m.role = 'assistant' and s.id = m.session_id and s.student_id = ${student.id}
      returning m.id`,
  );
  if (rows.length === 0) throw notFound('Message not found');
  return ok({ success: true, data: { message_id: messageId, feedback: verdict } });
}
