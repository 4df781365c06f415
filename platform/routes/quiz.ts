/** Quizzes about videos, written by the AI provider. */
import { randomUUID } from 'node:crypto';
import { type Call, ok, type Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import { invalid, notFound } from '../errors.ts';
import { isUuid } from '../input.ts';
import { limited } from '../limited.ts';
import type { AppRoute } from '../route.ts';
import { askProvider } from './ai-answer.ts';
import { studentOf } from './students.ts';

const DIFFICULTIES = ['beginner', 'intermediate', 'advanced'];
const QUESTION_TYPES = ['multiple-choice', 'true-false', 'short-answer'];

// biome-ignore format: one line a route
export const quizRoutes: AppRoute[] = [
  { name: 'POST /api/assessments/quiz/generate', method: 'POST', path: '/api/assessments/quiz/generate', session: true, handle: generate },
];

interface Order {
  videoIds: string[];
  questionCount: number;
  difficulty: string;
  questionTypes: string[];
}

async function generate(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'quiz', student);
  const order = readOrder(await call.json());
  const videos = await call.rows<{ id: string; title: string }>(
    sql`select id, title from videos where id = any (${order.videoIds}) and creator_id = ${student.creator_id}`,
  );
  if (videos.length < new Set(order.videoIds).size) throw notFound('Not all of these videos are there');
  const message = `${order.questionCount} ${order.difficulty} questions: ${order.videoIds.join(' ')}`;
  const explanation = await askProvider(call, { message, sources: videos.map(({ title }) => title) });
  const questions = Array.from({ length: order.questionCount }, (_, index) => {
    const video = videos[index % videos.length]!;
    return {
      id: randomUUID(),
      type: order.questionTypes[index % order.questionTypes.length],
      question: `Question ${index + 1} about ${video.title}?`,
      options: ['A', 'B', 'C', 'D'],
      answer: 'A',
      explanation: explanation.slice(0, 200),
      videoId: video.id,
    };
  });
  const quiz = { id: randomUUID(), difficulty: order.difficulty, questions };
  return ok({ success: true, data: { quiz } });
}

function readOrder(body: Record<string, unknown>): Order {
  const { videoIds, options } = body;
  const ids = texts(videoIds);
  if (!ids || ids.length < 1 || ids.length > 10 || !ids.every(isUuid))
    throw invalid('videoIds must hold 1 to 10 UUIDs');
  const {
    questionCount = 5,
    difficulty = 'intermediate',
    questionTypes = ['multiple-choice'],
  } = (typeof options === 'object' && options !== null ? options : {}) as Record<string, unknown>;
  if (
    typeof questionCount !== 'number' ||
    !Number.isInteger(questionCount) ||
    questionCount < 3 ||
    questionCount > 20
  ) {
    throw invalid('options.questionCount must be a number from 3 to 20');
  }
  if (typeof difficulty !== 'string' || !DIFFICULTIES.includes(difficulty)) {
    throw invalid(`options.difficulty must be one of ${DIFFICULTIES.join(', ')}`);
  }
  const types = texts(questionTypes);
  if (!types || types.length === 0 || !types.every((type) => QUESTION_TYPES.includes(type))) {
    throw invalid(`options.questionTypes must hold some of ${QUESTION_TYPES.join(', ')}`);
  }
  return { videoIds: ids, questionCount, difficulty, questionTypes: types };
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
