/**
 * The routes of the platform under test, by the fixed names that metrics, thresholds, the platform's own record and
 * reports use. A parameter stays a word (`:id`), so that no id ever makes a new series.
 */
export const ROUTES = [
  'POST /auth/v1/token password',
  'POST /auth/v1/token refresh_token',
  'GET /auth/v1/user',
  'POST /auth/v1/logout',
  'POST /api/chat',
  'GET /api/chat',
  'GET /api/chat/history',
  'DELETE /api/chat/session/:id',
  'PATCH /api/chat/session/:id',
  'POST /api/chat/feedback',
  'POST /api/video/upload-url',
  'PUT /storage/v1/object/upload/sign',
  'POST /api/video/create',
  'GET /api/video/status/:id',
  'GET /api/video/list',
  'GET /api/creator/analytics',
  'GET /api/creator/stats',
  'GET /api/calendar/events',
  'POST /api/assessments/quiz/generate',
  'GET /api/chronos/balance',
  'GET thumbnail',
  'GET /api/health',
  'GET /metrics',
] as const;

export type RouteName = (typeof ROUTES)[number];

/** Request headers by which the platform's own record can be cut like the run's. */
export const RUN_HEADER = 'X-Launchgate-Run';
export const PHASE_HEADER = 'X-Launchgate-Phase';

/** The parts of a `Server-Timing` header that become `server_<part>_ms`. */
export const SERVER_PARTS = ['auth', 'db', 'vector', 'ai', 'cache'] as const;
export type ServerPart = (typeof SERVER_PARTS)[number];

const QUOTED = /"((?:[^"\\]|\\.)*)"/gs;
const TIMED = /^\s*([a-z]+)\s*;(?:[^;]*;)*?\s*dur\s*=\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?:;|$)/;

/**
 * Reads a `Server-Timing` header: `db;dur=12.5, ai;dur=900` -> [['db', 12.5], ['ai', 900]] (ms). Parts that are not
 * ours, or carry no duration, are passed over.
 */
export function parseServerTiming(header: string): [ServerPart, number][] {
  // A description may hold anything, another entry too; of quoted texts only numbers are meant to be read.
  const plain = header.includes('"')
    ? header.replace(QUOTED, (_, text: string) => (/^[\d.e+-]+$/.test(text) ? text : ''))
    : header;
  const parts: [ServerPart, number][] = [];
  for (const entry of plain.split(',')) {
    const match = TIMED.exec(entry);
    const duration = Number(match?.[2]);
    const part = SERVER_PARTS.find((name) => name === match?.[1]);
    if (part && Number.isFinite(duration)) parts.push([part, duration]);
  }
  return parts;
}
