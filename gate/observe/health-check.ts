/** /api/health: whether the platform says that it is well, and how quick its database is. */
import { aiHeadroom } from '../../src/wire/ai-headroom.ts';
import type { HealthBody } from '../../src/wire/api.ts';
import type { Look } from '../../src/wire/looks.ts';
import { LOOK_EVERY_MS, type SignalValue } from '../../src/wire/signals.ts';
import { fetchPage, hostOf } from './page.ts';
import type { Source } from './source.ts';

/** @param headers EXTRA_HEADERS: a deployment's protection may stand in front of the route */
export function healthCheck(url: string, headers: Readonly<Record<string, string>>): Source {
  return {
    name: `health of ${hostOf(url)}`,
    everyMs: LOOK_EVERY_MS,
    async look(): Promise<Look> {
      const page = await fetchPage(url, { Accept: 'application/json', ...headers });
      if (!page.ok) return { values: [healthy(false)], problem: page.problem };
      const body = healthIn(page.text);
      if (!body) {
        return { values: [healthy(false)], problem: `it answers ${page.status}, and no health` };
      }
      const isWell = page.status === 200 && body.status !== 'unhealthy';
      const latency = body.checks?.database?.latency;
      return {
        values: [
          healthy(isWell),
          ...(Number.isFinite(latency) ? [{ signal: 'db_ping_ms', value: latency!, ageMs: 0 } as const] : []),
          ...aiHeadroom((name) => page.headers[name]?.toString()),
        ],
        ...(isWell ? {} : { problem: `it says that it is ${body.status} (${page.status})` }),
      };
    },
    async close() {},
  };
}

function healthy(isWell: boolean): SignalValue {
  return { signal: 'healthy', value: isWell ? 1 : 0, ageMs: 0 };
}

function healthIn(text: string): Partial<HealthBody> | undefined {
  try {
    const body = JSON.parse(text) as Partial<HealthBody> | null;
    return typeof body?.status === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}
