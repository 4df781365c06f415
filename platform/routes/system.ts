/** Health, metrics, and the platform's own record of what happened. */
import type { HealthBody } from '../../src/wire/api.ts';
import type { Call, Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import type { Platform } from '../platform.ts';
import type { AppRoute, Endpoint } from '../route.ts';

export const healthRoute: AppRoute = {
  name: 'GET /api/health',
  method: 'GET',
  path: '/api/health',
  session: false,
  handle: health,
};

async function health(call: Call): Promise<Reply> {
  const start = performance.now();
  const database = await call.rows(sql`select 1`).then(
    () => 'ok' as const,
    () => 'error' as const,
  );
  const latency = Math.round((performance.now() - start) * 10) / 10;
  const cache = call.platform.switches.cache === 'on' ? 'ok' : 'off';
  const body: HealthBody = {
    status: database === 'ok' ? 'healthy' : 'unhealthy',
    timestamp: new Date().toISOString(),
    checks: { database: { status: database, latency }, cache: { status: cache, latency: 0 } },
  };
  return { status: database === 'ok' ? 200 : 503, body };
}

export function systemRoutes({ metrics, truth, levels }: Platform): Endpoint[] {
  return [
    {
      name: 'GET /metrics',
      method: 'GET',
      path: '/metrics',
      async handle() {
        const { contentType, body } = await metrics.text();
        return { status: 200, body, headers: { 'Content-Type': contentType } };
      },
    },
    {
      name: 'GET /__truth',
      method: 'GET',
      path: '/__truth',
      handle(request) {
        const query = new URL(request.url).searchParams;
        const run = query.get('run');
        if (!run) return { status: 400, body: { error: 'run is missing: GET /__truth?run=ID' } };
        return { status: 200, body: truth.of(run, query.has('requests')) };
      },
    },
    {
      name: 'GET /__truth/levels',
      method: 'GET',
      path: '/__truth/levels',
      handle: () => ({ status: 200, body: levels.all() }),
    },
    {
      name: 'DELETE /__truth',
      method: 'DELETE',
      path: '/__truth',
      handle() {
        truth.clear();
        return { status: 204 };
      },
    },
  ];
}
