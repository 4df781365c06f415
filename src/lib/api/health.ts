/** GET /api/health: no session, no load; whether the platform is there at all. */
import type { HealthBody } from '../../wire/api.ts';
import { OK, type Result, type Route, send } from '../http.ts';
import { config } from '../run.ts';

const HEALTH: Route = { name: 'GET /api/health', method: 'GET', statuses: OK };

export function health(): Result<HealthBody['status']> {
  return send(HEALTH, config.healthUrl, undefined, undefined, (body) => (body as HealthBody).status);
}
