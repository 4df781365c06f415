/**
 * The rows that seeding writes, made from the fixtures. Ids and texts follow from the fixtures' ids, so writing a row
 * twice changes nothing; only dates move with the day, so that events lie ahead and messages behind.
 */
import { TEST_PREFIX, type Tier, type UserRow, type VideoRow } from '../../src/wire/fixtures.ts';
import type { Fixtures } from '../runs/start/fixture-files.ts';
import { chunkEmbedding } from './embedding.ts';
import { idFrom, oneOf, randomFrom } from './seeded.ts';
import { SPOKEN_FORMS } from './stock.ts';
import type { Row, TableName, Value } from './tables.ts';

export interface SeedRequest {
  readonly fixtures: Fixtures;
  /** Transcript chunks over all videos. */
  readonly chunks: number;
  readonly today: Date;
}

/** The rows of one table, made one by one as they are asked for: chunks of 1,536 numbers each would fill the memory. */
export interface TableRows {
  readonly table: TableName;
  /** Columns by which a row that is already there is known. */
  readonly conflict: string;
  readonly count: number;
  readonly rows: () => Iterable<Readonly<Record<string, Value>>>;
}

/** Videos that a student has begun to watch. */
const VIDEOS_WATCHED = 5;
const EVENTS_PER_STUDENT = 5;
const SESSIONS_PER_STUDENT = 2;
/** Questions of a seeded session, each with its answer. */
const TURNS_PER_SESSION = 2;
/** Messages and enrollments are spread over so many days, so that all periods of the dashboards have something to show. */
const DAYS_BACK = 90;
/** Words of a chunk (PLATFORM.md: 500 to 1,000). */
const WORDS = { least: 500, most: 1_000 };

const GIB = 2 ** 30;
/** Of a basic creator less than the largest file that an upload may have (2 GB), so that the quota's refusal can be met. */
const STORAGE_BYTES: Record<Tier, number> = { free: GIB, basic: GIB, pro: 100 * GIB, enterprise: 1_024 * GIB };
/** Questions that a user may ask (PLATFORM.md, Limits); a number out of reach where there is no limit. */
const QUESTIONS: Record<Tier, number> = { free: 3, basic: 100, pro: 500, enterprise: 1_000_000 };

/** Every table's rows, in an order in which each finds what it refers to. */
export function seedTables({ fixtures, chunks, today }: SeedRequest): TableRows[] {
  const { users, videos, questions } = fixtures;
  const owners = users.filter(ownsCreator);
  const learners = users.filter(isLearner);
  const students = users.filter(({ role }) => role === 'student');
  const videosOf = grouped(videos);
  const watched = students.flatMap((user) =>
    videosOf(user)
      .slice(0, VIDEOS_WATCHED)
      .map((video) => [user, video] as const),
  );
  const phrases = (kind: string) => questions.filter((row) => row.kind === kind).map(({ text }) => text);
  const question = questionFrom(phrases('opener'), phrases('topic'), phrases('closer'));

  return [
    table('creators', 'id', owners.length, () => owners.map((user) => creator(user, videosOf(user).length))),
    table('students', 'id', learners.length, () => learners.map(student)),
    table('enrollments', 'student_id,creator_id', learners.length, () =>
      learners.map((user) => enrollment(user, today)),
    ),
    table('videos', 'id', videos.length, () => videos.map((video) => videoRow(video, today))),
    table('video_chunks', 'id', chunks, () => chunkRows(videos, chunks)),
    table('video_progress', 'student_id,video_id', watched.length, () =>
      watched.map(([user, video]) => progress(user, video)),
    ),
    table('calendar_events', 'id', students.length * EVENTS_PER_STUDENT, () =>
      perStudent(students, EVENTS_PER_STUDENT, (user, index) => event(user, nth(videosOf(user), index), index, today)),
    ),
    table('chat_sessions', 'id', students.length * SESSIONS_PER_STUDENT, () =>
      perStudent(students, SESSIONS_PER_STUDENT, session),
    ),
    table('chat_messages', 'id', students.length * SESSIONS_PER_STUDENT * TURNS_PER_SESSION * 2, () =>
      perStudent(students, SESSIONS_PER_STUDENT * TURNS_PER_SESSION * 2, (user, index) =>
        message(user, nth(videosOf(user), index >> 1), index, question, today),
      ),
    ),
    table('chat_usage', 'user_id', learners.length, () => learners.map(usage)),
  ];
}

/** Has a row in creators. */
function ownsCreator({ role }: UserRow): boolean {
  return role !== 'student';
}

/** Has a row in students. */
function isLearner({ role }: UserRow): boolean {
  return role === 'student' || role === 'limits';
}

function creator(user: UserRow, videoCount: number): Row<'creators'> {
  const handle = handleOf(user);
  return {
    id: user.creator_id,
    whop_company_id: handle,
    whop_user_id: user.user_id,
    company_name: `${user.name} (${handle})`,
    subscription_tier: user.tier,
    // The column knows the three paid plans only.
    current_plan: user.tier === 'free' ? null : user.tier,
    settings: { made_by: `${TEST_PREFIX}launchgate` },
    handle,
    storage_used_bytes: 0,
    storage_limit_bytes: STORAGE_BYTES[user.tier],
    video_count: videoCount,
    max_video_count: 100_000,
  };
}

function student(user: UserRow): Row<'students'> {
  const random = randomFrom(`student ${user.user_id}`);
  return {
    id: user.user_id,
    whop_user_id: handleOf(user),
    whop_membership_id: `${handleOf(user)}-membership`,
    creator_id: user.creator_id,
    email: user.email,
    name: user.name,
    xp_points: Math.floor(random() * 5_000),
    level: 1 + Math.floor(random() * 10),
    streak_days: Math.floor(random() * 30),
    learning_preferences: {},
    membership_tier: paidTier(user),
  };
}

function enrollment(user: UserRow, today: Date): Row<'enrollments'> {
  const random = randomFrom(`enrollment ${user.user_id}`);
  return {
    student_id: user.user_id,
    creator_id: user.creator_id,
    status: 'active',
    enrolled_at: daysFrom(today, -Math.floor(random() * DAYS_BACK)).toISOString(),
  };
}

function videoRow(video: VideoRow, today: Date): Row<'videos'> {
  const random = randomFrom(`video ${video.video_id}`);
  return {
    id: video.video_id,
    creator_id: video.creator_id,
    title: video.title,
    description: spoken(random, video.category, 40),
    duration_seconds: Number(video.duration_seconds),
    transcript: spoken(random, video.category, 200),
    transcript_processed: true,
    category: video.category,
    tags: [`${TEST_PREFIX}video`, video.category],
    difficulty_level: oneOf(random, ['beginner', 'intermediate', 'advanced']),
    processing_status: 'completed',
    processing_progress: 100,
    storage_path: `${video.creator_id}/${video.video_id}/original.mp4`,
    // 750 kbit/s, a talking head at 720p.
    file_size_bytes: Math.round((Number(video.duration_seconds) * 750_000) / 8),
    mime_type: 'video/mp4',
    source: 'upload',
    embedded_at: daysFrom(today, -DAYS_BACK).toISOString(),
    is_demo_content: false,
  };
}

/** Chunks are dealt to the videos in turn, so that all have as many, give or take one. */
function* chunkRows(videos: readonly VideoRow[], chunks: number): Iterable<Row<'video_chunks'>> {
  for (let index = 0; index < chunks; index++) yield chunk(videos, index, chunks);
}

function chunk(videos: readonly VideoRow[], index: number, chunks: number): Row<'video_chunks'> {
  const video = videos[index % videos.length]!;
  const position = Math.floor(index / videos.length);
  const id = idFrom(`chunk ${video.video_id} ${position}`);
  const random = randomFrom(`chunk ${id}`);
  const text = spoken(random, video.category, WORDS.least + Math.floor(random() * (WORDS.most - WORDS.least)));
  const seconds = Number(video.duration_seconds) / Math.ceil(chunks / videos.length);
  return {
    id,
    video_id: video.video_id,
    creator_id: video.creator_id,
    chunk_text: text,
    chunk_index: position,
    start_timestamp: Math.floor(position * seconds),
    end_timestamp: Math.floor((position + 1) * seconds),
    embedding: chunkEmbedding(video.video_id, id),
    topic_tags: [`${TEST_PREFIX}chunk`, video.category],
    word_count: text.split(' ').length,
    metadata: { made_by: `${TEST_PREFIX}launchgate` },
  };
}

function progress(user: UserRow, video: VideoRow): Row<'video_progress'> {
  const share = randomFrom(`progress ${user.user_id} ${video.video_id}`)();
  const watched = Math.floor(share * Number(video.duration_seconds));
  return {
    student_id: user.user_id,
    video_id: video.video_id,
    last_position_seconds: watched,
    watch_time_seconds: watched,
    completion_percentage: Math.floor(share * 100),
    completed: share > 0.9,
  };
}

function event(user: UserRow, video: VideoRow, index: number, today: Date): Row<'calendar_events'> {
  const type = ['video', 'quiz', 'project', 'milestone', 'study-session'][index % 5]!;
  return {
    id: idFrom(`event ${user.user_id} ${index}`),
    student_id: user.user_id,
    event_type: type,
    video_id: type === 'video' ? video.video_id : null,
    title: `${TEST_PREFIX}event: ${video.title}`,
    scheduled_date: daysFrom(today, 1 + 3 * index)
      .toISOString()
      .slice(0, 10),
    scheduled_time: '18:00:00',
    duration_minutes: 30,
    status: 'pending',
  };
}

function session(user: UserRow, index: number): Row<'chat_sessions'> {
  return {
    id: sessionId(user, index),
    student_id: user.user_id,
    creator_id: user.creator_id,
    title: `${TEST_PREFIX}session ${index + 1}`,
    context_type: 'general',
  };
}

/** The messages of a student, counted through the student's sessions: question, answer, question, answer. */
function message(
  user: UserRow,
  video: VideoRow,
  index: number,
  question: (random: () => number) => string,
  today: Date,
): Row<'chat_messages'> {
  const perSession = TURNS_PER_SESSION * 2;
  const sessionIndex = Math.floor(index / perSession);
  const random = randomFrom(`message ${user.user_id} ${index}`);
  const day = randomFrom(`session ${sessionId(user, sessionIndex)}`)() * DAYS_BACK;
  const asked = index % 2 === 0;
  const at = daysFrom(today, -1 - Math.floor(day)).getTime() + (index % perSession) * 30_000;
  return {
    id: idFrom(`message ${user.user_id} ${index}`),
    session_id: sessionId(user, sessionIndex),
    creator_id: user.creator_id,
    role: asked ? 'user' : 'assistant',
    content: asked ? question(random) : spoken(random, video.category, 60),
    video_references: asked
      ? []
      : [{ video_id: video.video_id, title: video.title, timestamp: Math.floor(random() * 240), relevance_score: 0.8 }],
    created_at: new Date(at).toISOString(),
  };
}

function usage(user: UserRow): Row<'chat_usage'> {
  return {
    user_id: user.user_id,
    student_id: user.user_id,
    creator_id: user.creator_id,
    tier: user.tier.toUpperCase(),
    questions_asked: 0,
    questions_limit: QUESTIONS[user.tier],
    daily_questions: 0,
  };
}

function sessionId(user: UserRow, index: number): string {
  return idFrom(`session ${user.user_id} ${index}`);
}

/** `loadtest-student-0001` of `loadtest-student-0001@example.com`. */
function handleOf(user: UserRow): string {
  return user.email.split('@')[0]!;
}

/** students.membership_tier knows the three paid tiers only. */
function paidTier(user: UserRow): string | null {
  return user.tier === 'free' ? null : user.tier.toUpperCase();
}

function questionFrom(openers: readonly string[], topics: readonly string[], closers: readonly string[]) {
  return (random: () => number) => `${oneOf(random, openers)} ${oneOf(random, topics)}, ${oneOf(random, closers)}?`;
}

/** So many words about a subject, give or take a sentence. */
function spoken(random: () => number, subject: string, words: number): string {
  const sentences: string[] = [];
  for (let said = 0; said < words; ) {
    const sentence = oneOf(random, SPOKEN_FORMS).replace('%', subject);
    sentences.push(sentence);
    said += sentence.split(' ').length;
  }
  return sentences.join(' ');
}

/** Midnight UTC of a day before or after. */
function daysFrom(today: Date, days: number): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days));
}

function grouped(videos: readonly VideoRow[]): (user: UserRow) => readonly VideoRow[] {
  const groups = new Map<string, VideoRow[]>();
  for (const video of videos) groups.set(video.creator_id, [...(groups.get(video.creator_id) ?? []), video]);
  return ({ creator_id }) => groups.get(creator_id) ?? [];
}

function nth<T>(items: readonly T[], index: number): T {
  return items[index % items.length]!;
}

function table<Table extends TableName>(
  name: Table,
  conflict: string,
  count: number,
  rows: () => Iterable<Row<Table>>,
): TableRows {
  return { table: name, conflict, count, rows };
}

function* perStudent<T>(
  students: readonly UserRow[],
  each: number,
  make: (user: UserRow, index: number) => T,
): Iterable<T> {
  for (const user of students) for (let index = 0; index < each; index++) yield make(user, index);
}
