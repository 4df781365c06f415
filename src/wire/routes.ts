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

/**
 * Reads a `Server-Timing` header: `db;dur=12.5, ai;dur=900` -> [['db', 12.5], ['ai', 900]] (ms). Parts that are not
 * ours, or carry no duration, are passed over.
 */
export function parseServerTiming(header: string): [ServerPart, number][] {
  const parts: [ServerPart, number][] = [];
  // Plain loops and no pattern: k6 does this for every answer.
  const entries = header.split(',');
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at]!;
    const end = entry.indexOf(';');
    const name = entry.slice(0, end).trim();
    const duration = Number.parseFloat(entry.slice(entry.indexOf('dur=', end) + 'dur='.length));
    if (end > 0 && isServerPart(name) && duration >= 0) parts.push([name, duration]);
  }
  return parts;
}

function isServerPart(name: string): name is ServerPart {
  for (let at = 0; at < SERVER_PARTS.length; at++) if (SERVER_PARTS[at] === name) return true;
  return false;
}
