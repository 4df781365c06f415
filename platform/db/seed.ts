/**
 * The rows that a platform starts with: the fixtures' users and videos, and chunks with embeddings for them.
 */
import { embed, nearby, vectorBytes } from '../embedding.ts';
import type { Fixtures } from '../fixtures.ts';
import { hashOf, Random } from '../random.ts';
import { type Statement, sql } from './database.ts';

/** Filler of a chunk: a load test needs its length, not its sense. */
const VOCABULARY =
  'we look at each step in turn and note why it matters before going on to the next one because most mistakes come from ' +
  'skipping a small detail early so write down what you expect then try it with simple numbers compare the result and ' +
  'change one thing at a time until the idea feels natural after that practise with a harder example';

/** The fixtures' users and videos, and what students did with them, as statements in the right order. */
export function fixtureStatements({ users, videos }: Fixtures): Statement[] {
  // Users of the rate-limits test are both, so that one account can use every limited route.
  const creators = users.filter(({ role }) => role !== 'student');
  const students = users.filter(({ role }) => role === 'student' || role === 'limits');
  return [
    sql`insert into auth.users (id, email) select user_id, email
      from jsonb_to_recordset(${json(users)}::jsonb) as u (user_id uuid, email text)`,
    sql`insert into creators (id, whop_company_id, whop_user_id, company_name, subscription_tier, current_plan, handle)
      select creator_id, 'loadtest-' || creator_id, user_id, name, tier,
        nullif(tier, 'free'), split_part(email, '@', 1)
      from jsonb_to_recordset(${json(creators)}::jsonb)
        as c (creator_id uuid, user_id text, name text, tier text, email text)`,
    sql`insert into students (id, whop_user_id, whop_membership_id, creator_id, email, name, membership_tier)
      select user_id, user_id, 'loadtest-' || user_id, creator_id, email, name, upper(nullif(tier, 'free'))
      from jsonb_to_recordset(${json(students)}::jsonb)
        as s (user_id uuid, creator_id uuid, email text, name text, tier text)`,
    sql`insert into enrollments (student_id, creator_id) select id, creator_id from students`,
    sql`insert into videos (id, creator_id, title, category, duration_seconds, description, transcript_processed,
        processing_status, processing_progress, storage_path, mime_type, video_url, thumbnail_url, embedded_at)
      select video_id, creator_id, title, category, duration_seconds, 'loadtest-video', true, 'completed', 100,
        creator_id || '/' || video_id || '/original.mp4', 'video/mp4',
        '/media/videos/' || video_id || '.mp4', '/media/thumbnails/' || video_id || '.jpg', now()
      from jsonb_to_recordset(${json(videos)}::jsonb)
        as v (video_id uuid, creator_id uuid, title text, category text, duration_seconds int)`,
    sql`update creators set video_count = (select count(*) from videos where videos.creator_id = creators.id)`,
    sql`insert into video_progress (student_id, video_id, watch_time_seconds, completion_percentage)
      select student_id, video_id, 300, 50 from (
        select s.id as student_id, v.id as video_id,
          row_number() over (partition by s.id order by md5(s.id::text || v.id)) as place
        from students s join videos v on v.creator_id = s.creator_id
      ) as watched where place <= 5`,
    sql`insert into calendar_events (student_id, event_type, title, scheduled_date, duration_minutes)
      select id, (array['video', 'quiz', 'project', 'milestone', 'study-session'])[1 + day % 5],
        'loadtest-event ' || day, current_date + day, 30
      from students, generate_series(1, 5) as day`,
  ];
}

export interface Chunk {
  videoId: string;
  creatorId: string;
  text: string;
  index: number;
  startSeconds: number;
  endSeconds: number;
  tags: string[];
  embedding: Float32Array;
}

/** The chunks of the fixtures' videos, `count` in all, spread evenly; the same for the same seed. */
export function* chunks({ videos }: Fixtures, count: number, seed: number): Generator<Chunk> {
  const centres = videos.map((video) => embed(`${video.title} ${video.category}`, video.creator_id));
  const random = new Random(hashOf(seed, 'chunks'));
  for (let number = 0; number < count; number++) {
    const at = number % videos.length;
    const video = videos[at]!;
    const index = Math.floor(number / videos.length);
    const ofVideo = Math.ceil((count - at) / videos.length);
    const length = Math.max(1, Number(video.duration_seconds) / ofVideo);
    yield {
      videoId: video.video_id,
      creatorId: video.creator_id,
      text: chunkText(video.title, index, random),
      index,
      startSeconds: Math.floor(index * length),
      endSeconds: Math.floor((index + 1) * length),
      tags: [video.category],
      embedding: nearby(centres[at]!, 0.7, random),
    };
  }
}

export const CHUNK_COLUMNS =
  'video_id, creator_id, chunk_text, chunk_index, start_timestamp, end_timestamp, embedding, topic_tags, word_count';

/** The chunks in the binary format of COPY, columns as in CHUNK_COLUMNS. */
export function copyBytes(rows: Iterable<Chunk>): Uint8Array[] {
  const parts: Uint8Array[] = [Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')];
  for (const chunk of rows) {
    const words = chunk.text.split(' ').length;
    const fields = [
      uuidBytes(chunk.videoId),
      uuidBytes(chunk.creatorId),
      Buffer.from(chunk.text),
      int4(chunk.index),
      int4(chunk.startSeconds),
      int4(chunk.endSeconds),
      vectorBytes(chunk.embedding),
      textArray(chunk.tags),
      int4(words),
    ];
    parts.push(int2(fields.length));
    for (const field of fields) parts.push(int4(field.length), field);
  }
  parts.push(int2(-1));
  return parts;
}

function chunkText(title: string, index: number, random: Random): string {
  const words = VOCABULARY.split(' ');
  const from = random.below(words.length);
  const turned = [...words.slice(from), ...words.slice(0, from)];
  return `Part ${index + 1} of ${title}: ${turned.join(' ')}.`;
}

function json(rows: readonly object[]): string {
  return JSON.stringify(rows);
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function int2(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int4(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** One dimension, no nulls, element type text (25). */
function textArray(items: readonly string[]): Buffer {
  const texts = items.map((item) => Buffer.from(item));
  const header = [1, 0, 25, items.length, 1].map(int4);
  return Buffer.concat([...header, ...texts.flatMap((text) => [int4(text.length), text])]);
}
