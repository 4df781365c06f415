/** GET /api/health, without which no test begins. */
import { answers } from '../../contract/findings.ts';
import { look, NOBODY } from '../../contract/probe.ts';
import type { Shape } from '../../contract/shape.ts';
import { config } from '../../run.ts';

const USED: Shape = { status: '=healthy|degraded' };
const DOCUMENTED: Shape = {
  timestamp: 'time',
  checks: { database: { status: '=ok|error', latency: 'number' }, cache: { status: 'text', latency: 'number' } },
};

/** Whether the platform is there and well. */
export function isHealthy(): boolean {
  const what = 'GET /api/health';
  return answers(what, look(what, config.healthUrl, NOBODY), USED, DOCUMENTED);
}
