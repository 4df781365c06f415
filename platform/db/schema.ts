/** The tables of PLATFORM.md, Data, and the search function. */
import { EMBEDDING_DIMENSIONS } from '../embedding.ts';
import type { Switches } from '../setups.ts';

/** Everything but the vector index, which is built after the chunks are in. */
export function schemaSql(switches: Pick<Switches, 'vectorIndex'>): string {
  return `
create extension if not exists vector;
create schema auth;
create table auth.users (
  id uuid primary key,
  email text not null unique,
  created_at timestamptz not null default now()
);
create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);

create table creators (
  id uuid primary key default gen_random_uuid(),
  whop_company_id varchar(255) not null unique,
  whop_user_id varchar(255) not null,
  company_name varchar(255) not null,
  subscription_tier varchar(50) default 'basic',
  current_plan text default 'basic' check (current_plan in ('basic', 'pro', 'enterprise')),
  settings jsonb default '{}',
  handle text,
  storage_used_bytes int8 default 0,
  storage_limit_bytes int8 default 10737418240,
  video_count int default 0,
  max_video_count int default 1000,
  created_at timestamptz default now()
);
create index creators_whop_user_id on creators (whop_user_id);
create table students (
  id uuid primary key default gen_random_uuid(),
  whop_user_id varchar(255) not null unique,
  whop_membership_id varchar(255) not null,
  creator_id uuid references creators (id) on delete cascade,
  email text,
  name text,
  xp_points int default 0,
  level int default 1,
  streak_days int default 0,
  learning_preferences jsonb default '{}',
  membership_tier text check (membership_tier in ('BASIC', 'PRO', 'ENTERPRISE')),
  last_active timestamptz default now(),
  created_at timestamptz default now()
) with (fillfactor = 70);
create index students_creator_id on students (creator_id);
create table enrollments (
  id uuid primary key default gen_random_uuid(),
  student_id uuid not null references students (id) on delete cascade,
  creator_id uuid not null references creators (id) on delete cascade,
  status text default 'active' check (status in ('active', 'inactive', 'suspended')),
  enrolled_at timestamptz default now(),
  unique (student_id, creator_id)
);
create index enrollments_creator_id on enrollments (creator_id);
create table videos (
  id uuid primary key default gen_random_uuid(),
  creator_id uuid references creators (id) on delete cascade,
  title varchar(500) not null,
  description text,
  video_url text,
  thumbnail_url text,
  duration_seconds int,
  transcript text,
  transcript_processed bool default false,
  category text,
  tags text[],
  difficulty_level text,
  processing_status text default 'pending'
    check (processing_status in ('pending', 'uploading', 'processing', 'completed', 'failed')),
  processing_progress int default 0,
  processing_step text,
  processing_error text,
  storage_path text,
  file_size_bytes int8,
  mime_type text,
  source text default 'upload' check (source in ('upload', 'youtube')),
  embedded_at timestamptz,
  is_demo_content bool default false,
  created_at timestamptz default now()
);
create index videos_creator_id on videos (creator_id);
create table video_chunks (
  id uuid primary key default gen_random_uuid(),
  video_id uuid references videos (id) on delete cascade,
  creator_id uuid not null references creators (id) on delete cascade,
  chunk_text text not null,
  chunk_index int not null,
  start_timestamp int,
  end_timestamp int,
  embedding vector(${EMBEDDING_DIMENSIONS}),
  topic_tags text[],
  word_count int,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);
create index video_chunks_video_id on video_chunks (video_id);
create table chat_sessions (
  id uuid primary key default gen_random_uuid(),
  student_id uuid references students (id) on delete cascade,
  creator_id uuid references creators (id) on delete cascade,
  title text,
  context_type text default 'general',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index chat_sessions_student_id on chat_sessions (student_id);
create index chat_sessions_creator_id on chat_sessions (creator_id);
create table chat_messages (
  id uuid primary key default gen_random_uuid(),
  session_id uuid references chat_sessions (id) on delete cascade,
  creator_id uuid references creators (id) on delete cascade,
  role text not null check (role in ('user', 'assistant')),
  content text not null,
  video_references jsonb default '[]',
  feedback text check (feedback in ('positive', 'negative')),
  created_at timestamptz default now()
);
create index chat_messages_session_id on chat_messages (session_id);
create index chat_messages_creator_id on chat_messages (creator_id, created_at);
create table chat_usage (
  id uuid primary key default gen_random_uuid(),
  user_id uuid unique references auth.users (id) on delete cascade,
  student_id uuid unique references students (id) on delete cascade,
  creator_id uuid references creators (id) on delete cascade,
  tier text default 'FREE' check (tier in ('FREE', 'BASIC', 'PRO', 'ENTERPRISE')),
  questions_asked int not null default 0,
  questions_limit int,
  daily_questions int not null default 0,
  daily_reset_at timestamptz,
  created_at timestamptz default now()
) with (fillfactor = 70);
create index chat_usage_creator_id on chat_usage (creator_id);
create table video_progress (
  id uuid primary key default gen_random_uuid(),
  student_id uuid references students (id) on delete cascade,
  video_id uuid references videos (id) on delete cascade,
  last_position_seconds int default 0,
  watch_time_seconds int default 0,
  completion_percentage int default 0,
  completed bool default false,
  created_at timestamptz default now(),
  unique (student_id, video_id)
);
create index video_progress_video_id on video_progress (video_id);
create table calendar_events (
  id uuid primary key default gen_random_uuid(),
  student_id uuid references students (id) on delete cascade,
  event_type text not null check (event_type in ('video', 'quiz', 'project', 'milestone', 'study-session')),
  video_id uuid references videos (id) on delete set null,
  title text not null,
  scheduled_date date not null,
  scheduled_time time,
  duration_minutes int,
  status text default 'pending' check (status in ('pending', 'completed', 'skipped')),
  created_at timestamptz default now()
);
create index calendar_events_student_id on calendar_events (student_id, scheduled_date);
create index calendar_events_video_id on calendar_events (video_id);
${TABLES.map((table) => `alter table ${table} enable row level security;`).join('\n')}
${switches.vectorIndex === 'off' ? FULL_SCAN : INDEXED}
`;
}

/** Tables of the schema public, parents first. */
export const TABLES = [
  'creators',
  'students',
  'enrollments',
  'videos',
  'video_chunks',
  'chat_sessions',
  'chat_messages',
  'chat_usage',
  'video_progress',
  'calendar_events',
] as const;

const SEARCH_SIGNATURE = `
create function match_video_chunks(
  query_embedding vector(${EMBEDDING_DIMENSIONS}), match_threshold float, match_count int, filter_creator_id uuid,
  filter_video_ids uuid[] default null
) returns table (
  id uuid, video_id uuid, creator_id uuid, chunk_text text, chunk_index int, start_timestamp int, end_timestamp int,
  topic_tags text[], similarity float, video_title varchar, video_url text
) language plpgsql stable`;

const SEARCH_COLUMNS = `c.id, c.video_id, c.creator_id, c.chunk_text, c.chunk_index, c.start_timestamp,
    c.end_timestamp, c.topic_tags`;

/**
 * The nearest lists are read one after the other until enough rows of the creator are found. A plan made without knowing
 * match_count would sort the whole table instead, hence the two planner settings.
 */
const INDEXED = `${SEARCH_SIGNATURE}
  set ivfflat.probes = 2 set ivfflat.iterative_scan = relaxed_order set hnsw.iterative_scan = relaxed_order
  set enable_seqscan = off set plan_cache_mode = force_custom_plan
as $$ begin return query
  select ${SEARCH_COLUMNS}, 1 - (c.embedding <=> query_embedding), v.title, v.video_url
  from (
    select c.* from video_chunks c
    where c.creator_id = filter_creator_id
      and (filter_video_ids is null or c.video_id = any (filter_video_ids))
      and 1 - (c.embedding <=> query_embedding) > match_threshold
    order by c.embedding <=> query_embedding
    limit match_count
  ) c left join videos v on v.id = c.video_id
  order by c.embedding <=> query_embedding;
end $$;`;

/** Without an index every chunk of every creator is compared with the question. */
const FULL_SCAN = `${SEARCH_SIGNATURE}
as $$ begin return query
  with compared as materialized (
    select c.id, 1 - (c.embedding <=> query_embedding) as similarity from video_chunks c
  )
  select ${SEARCH_COLUMNS}, compared.similarity, v.title, v.video_url
  from compared join video_chunks c on c.id = compared.id left join videos v on v.id = c.video_id
  where c.creator_id = filter_creator_id
    and (filter_video_ids is null or c.video_id = any (filter_video_ids))
    and compared.similarity > match_threshold
  order by compared.similarity desc
  limit match_count;
end $$;`;

/** Built once the chunks are in: IVFFlat learns its lists from the rows. */
export const IVFFLAT_SQL = `
  set maintenance_work_mem = '128MB';
  create index video_chunks_embedding on video_chunks using ivfflat (embedding vector_cosine_ops) with (lists = 100)`;

/** For tables that start empty: HNSW has nothing to learn beforehand, but takes five times as long for all rows. */
export const HNSW_SQL = 'create index video_chunks_embedding on video_chunks using hnsw (embedding vector_cosine_ops)';
