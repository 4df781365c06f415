/**
 * What creators and students see when they open the app. A page asks for all that it shows at once.
 */
import type { AnalyticsBody, CalendarBody, ChatSessionsBody, ChronosBody, VideoListBody } from '../../wire/api.ts';
import { type Call, OK, type Result, type Route, send, sendAll } from '../http.ts';
import { config } from '../run.ts';
import type { Session } from '../session.ts';

const ANALYTICS: Route = { name: 'GET /api/creator/analytics', method: 'GET', statuses: OK };
const STATS: Route = { name: 'GET /api/creator/stats', method: 'GET', statuses: OK };
const VIDEOS: Route = { name: 'GET /api/video/list', method: 'GET', statuses: OK };
const CALENDAR: Route = { name: 'GET /api/calendar/events', method: 'GET', statuses: OK };
const BALANCE: Route = { name: 'GET /api/chronos/balance', method: 'GET', statuses: OK };
const BALANCE_REFUSED: Route = { name: 'GET /api/chronos/balance', method: 'GET', statuses: [401] };
const SESSIONS: Route = { name: 'GET /api/chat', method: 'GET', statuses: OK };

/** A creator's dashboard: analytics and totals. @returns whether all of it came */
export function openDashboard(me: Session): boolean {
  return sendAll([analytics(me), stats(me)]).every(({ ok }) => ok);
}

/** The creator's videos, the first page. */
export function listVideos(me: Session): Result<VideoListBody> {
  return send(VIDEOS, `${config.appUrl}/api/video/list?limit=20&offset=0`, undefined, me.headers, (body) => {
    const list = body as VideoListBody;
    return Array.isArray(list.videos) ? list : undefined;
  });
}

/** A student's start page: what is on, how many chronos, which conversations. @returns whether all of it came */
export function openHome(me: Session): boolean {
  return sendAll([calendar(me), balance(me), sessions(me)]).every(({ ok }) => ok);
}

/** A student's chronos alone: the cheapest call that needs a session. */
export function readBalance(me: Session): Result<unknown> {
  return sendAll([balance(me)])[0]!;
}

/** The same with a session that was ended, which must be refused. */
export function readBalanceRefused(me: Session): Result<unknown> {
  return sendAll([get(BALANCE_REFUSED, '/api/chronos/balance', me, () => true)])[0]!;
}

function analytics(me: Session): Call<unknown> {
  const path = `/api/creator/analytics?creatorId=${me.user.creator_id}&period=30d`;
  return get(ANALYTICS, path, me, (body) => Array.isArray((body as AnalyticsBody).topVideos));
}

function stats(me: Session): Call<unknown> {
  return get(STATS, '/api/creator/stats', me, (body) => typeof body === 'object' && body !== null);
}

function calendar(me: Session): Call<unknown> {
  const path = `/api/calendar/events?studentId=${me.user.user_id}&upcoming=true&limit=5`;
  return get(CALENDAR, path, me, (body) => Array.isArray((body as CalendarBody).data.events));
}

function balance(me: Session): Call<unknown> {
  return get(BALANCE, '/api/chronos/balance', me, (body) => (body as ChronosBody).balance >= 0);
}

function sessions(me: Session): Call<unknown> {
  return get(SESSIONS, '/api/chat', me, (body) => Array.isArray((body as ChatSessionsBody).data.sessions));
}

function get(
  from: Call<unknown>['route'],
  path: string,
  me: Session,
  isWhole: (body: unknown) => boolean,
): Call<unknown> {
  return {
    route: from,
    url: config.appUrl + path,
    headers: me.headers,
    read: (body) => (isWhole(body) ? true : undefined),
  };
}
