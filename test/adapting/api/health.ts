/** GET /status: words, and nothing else. */
import { type Result, type Route, send } from '../http.ts';
import { config } from '../run.ts';

const HEALTH: Route = { name: 'GET /api/health', method: 'GET', statuses: [200], parse: (body) => body };

export function health(): Result<'healthy'> {
  return send(HEALTH, config.healthUrl, undefined, undefined, () => 'healthy');
}
