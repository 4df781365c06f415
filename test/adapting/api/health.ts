/** GET /status: words, and nothing else. */
import { config } from '../config.ts';
import { type Result, type Route, send } from '../http.ts';

const HEALTH: Route = { name: 'GET /api/health', statuses: [200], parse: (body) => body };

export function health(): Result<'healthy'> {
  return send(HEALTH, config.healthUrl, undefined, undefined, () => 'healthy');
}
