/** What creators and students see when they open the app: sums over lists, and the price of asking for each item. */
import { type Call, ok, type Reply } from '../call.ts';
import { type Row, sql } from '../db/database.ts';
import { forbidden, invalid } from '../errors.ts';
import { isUuid, wholeNumber } from '../input.ts';
import { limited } from '../limited.ts';
import type { AppRoute } from '../route.ts';
import { contentGroup, creatorOf } from './creators.ts';
import { studentOf } from './students.ts';

const PERIOD_DAYS: Readonly<Record<string, number>> = { '7d': 7, '30d': 30, '90d': 90 };
const DATE = /^\d{4}-\d{2}-\d{2}$/;

// biome-ignore format: one line a route
export const dashboardRoutes: AppRoute[] = [
  { name: 'GET /api/creator/analytics', method: 'GET', path: '/api/creator/analytics', session: true, handle: analytics },
  { name: 'GET /api/creator/stats', method: 'GET', path: '/api/creator/stats', session: true, handle: stats },
  { name: 'GET /api/calendar/events', method: 'GET', path: '/api/calendar/events', session: true, handle: events },
  { name: 'GET /api/chronos/balance', method: 'GET', path: '/api/chronos/balance', session: true, handle: balance },
];

async function analytics(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'api', creator);
  const creatorId = call.query.get('creatorId') ?? '';
  if (!isUuid(creatorId)) throw invalid('creatorId is required and must be a UUID');
  if (creatorId !== creator.id) throw forbidden('These are the analytics of another creator');
  const period = call.query.get('period') ?? '30d';
  const days = PERIOD_DAYS[period];
  if (!days) throw invalid(`period must be one of ${Object.keys(PERIOD_DAYS).join(', ')}`);
  const body = await call.cached(contentGroup(creator.id), `analytics ${period}`, () =>
    analyticsOf(call, creator.id, days),
  );
  return ok(body, { 'Cache-Control': 's-maxage=600, stale-while-revalidate=60' });
}

async function analyticsOf(call: Call, creatorId: string, days: number) {
  const [enrollments, messages, insights] = await call.run([
    sql`select enrolled_at::date as date, count(*) as count from enrollments
      where creator_id = ${creatorId} and enrolled_at > now() - make_interval(days => ${days}) group by 1 order by 1`,
    sql`select created_at::date as date, count(*) as count from chat_messages
      where creator_id = ${creatorId} and created_at > now() - make_interval(days => ${days}) group by 1 order by 1`,
    sql`select count(*) as "totalMessages", count(distinct session_id) as "totalSessions",
        count(*) filter (where feedback = 'positive') as "positiveFeedback",
        count(*) filter (where feedback = 'negative') as "negativeFeedback"
      from chat_messages where creator_id = ${creatorId} and created_at > now() - make_interval(days => ${days})`,
  ]);
  return {
    enrollmentsByDate: enrollments!.rows,
    messagesByDate: messages!.rows,
    topVideos: await topVideos(call, creatorId),
    chatInsights: insights!.rows[0],
  };
}

/** The ten most watched; in the N+1 way, every video is asked about by itself. */
async function topVideos(call: Call, creatorId: string): Promise<Row[]> {
  if (call.platform.switches.nPlusOne === 'off') {
    return call.rows(
      sql`select v.id, v.title, count(p.id) as views, coalesce(round(avg(p.completion_percentage)), 0) as completion
        from videos v left join video_progress p on p.video_id = v.id
        where v.creator_id = ${creatorId} and v.processing_status = 'completed'
        group by v.id order by views desc, v.title limit 10`,
    );
  }
  const videos = await call.rows(
    sql`select id, title from videos where creator_id = ${creatorId} and processing_status = 'completed'`,
  );
  for (const video of videos) {
    const [watched] = await call.rows(
      sql`select count(*) as views, coalesce(round(avg(completion_percentage)), 0) as completion
        from video_progress where video_id = ${video.id}`,
    );
    Object.assign(video, watched);
  }
  return videos.sort((a, b) => Number(b.views) - Number(a.views)).slice(0, 10);
}

async function stats(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'api', creator);
  const body = await call.cached(contentGroup(creator.id), 'stats', () =>
    call.platform.switches.nPlusOne === 'off' ? statsAtOnce(call, creator.id) : statsOneByOne(call, creator.id),
  );
  return ok(body, { 'Cache-Control': 's-maxage=300, stale-while-revalidate=60' });
}

async function statsAtOnce(call: Call, creatorId: string) {
  const [row] = await call.rows(
    sql`select
        (select count(*) from students where creator_id = ${creatorId}) as "totalStudents",
        (select count(*) from videos where creator_id = ${creatorId}) as "totalVideos",
        (select count(*) from chat_messages where creator_id = ${creatorId}) as "totalMessages",
        (select coalesce(sum(p.watch_time_seconds), 0) from video_progress p join videos v on v.id = p.video_id
          where v.creator_id = ${creatorId}) as "watchTimeSeconds",
        (select storage_used_bytes from creators where id = ${creatorId}) as "storageUsedBytes"`,
  );
  return row;
}

async function statsOneByOne(call: Call, creatorId: string) {
  const students = await call.rows(sql`select id from students where creator_id = ${creatorId}`);
  const videos = await call.rows(sql`select id from videos where creator_id = ${creatorId}`);
  const [messages] = await call.rows(
    sql`select count(*) as "totalMessages" from chat_messages where creator_id = ${creatorId}`,
  );
  let watchTimeSeconds = 0;
  for (const video of videos) {
    const [row] = await call.rows<{ seconds: number }>(
      sql`select coalesce(sum(watch_time_seconds), 0) as seconds from video_progress where video_id = ${video.id}`,
    );
    watchTimeSeconds += row!.seconds;
  }
  const [creator] = await call.rows(
    sql`select storage_used_bytes as "storageUsedBytes" from creators where id = ${creatorId}`,
  );
  return { totalStudents: students.length, totalVideos: videos.length, ...messages, watchTimeSeconds, ...creator };
}

async function events(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const { query } = call;
  const studentId = query.get('studentId') ?? '';
  if (!isUuid(studentId)) throw invalid('studentId is required and must be a UUID');
  if (studentId !== student.id) throw forbidden('These are the events of another student');
  const limit = wholeNumber(query, 'limit', 50, 1, 100);
  const today = new Date().toISOString().slice(0, 10);
  const from = query.get('upcoming') === 'true' ? today : date(query, 'startDate', '0001-01-01');
  const to = date(query, 'endDate', '9999-12-31');
  return ok({ success: true, data: await eventsOf(call, student.id, from, to, limit) });
}

async function eventsOf(call: Call, studentId: string, from: string, to: string, limit: number) {
  const rows = await call.rows<Row & { total?: number }>(
    sql`select e.id, e.event_type, e.title, e.scheduled_date, e.scheduled_time, e.duration_minutes, e.status,
        e.video_id, v.title as video_title, count(*) over () as total
      from calendar_events e left join videos v on v.id = e.video_id
      where e.student_id = ${studentId} and e.scheduled_date between ${from} and ${to}
      order by e.scheduled_date, e.scheduled_time limit ${limit}`,
  );
  if (call.platform.switches.nPlusOne === 'on') {
    for (const { video_id } of rows) await call.rows(sql`select title from videos where id = ${video_id}`);
  }
  return { events: rows.map(({ total: _, ...event }) => event), totalCount: rows[0]?.total ?? 0 };
}

function date(query: URLSearchParams, name: string, fallback: string): string {
  const text = query.get(name) ?? fallback;
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) throw invalid(`${name} must be a date such as 2026-01-31`);
  return text;
}

/** A chronos is worth a cent. */
const USD_PER_CHRONOS = 0.01;

async function balance(call: Call): Promise<Reply> {
  const student = await studentOf(call);
  await limited(call, 'api', student);
  const [row] = await call.rows<{ points: number }>(
    sql`select xp_points as points from students where id = ${student.id}`,
  );
  const points = row?.points ?? 0;
  const usdValue = Math.round(points * USD_PER_CHRONOS * 100) / 100;
  return ok({ balance: points, totalEarned: points, totalSpent: 0, totalRedeemed: 0, usdValue });
}
