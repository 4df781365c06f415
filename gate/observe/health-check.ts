/** HEALTH_PATH: whether the platform says that it is well, and how quick its database is. */
import { aiHeadroom } from '../../src/wire/ai-headroom.ts';
import { healthIn, healthUrl } from '../../src/wire/health.ts';
import type { Look } from '../../src/wire/looks.ts';
import { extraHeaders, type Settings } from '../../src/wire/settings.ts';
import { LOOK_EVERY_MS, type SignalValue } from '../../src/wire/signals.ts';
import { fetchPage, hostOf } from './page.ts';
import type { Source } from './source.ts';

/** @param settings with BASE_URL set; of EXTRA_HEADERS a deployment's protection may ask in front of the route */
export function healthCheck(settings: Settings): Source {
  const url = healthUrl(settings);
  const headers = extraHeaders(settings);
  return {
    name: `health of ${hostOf(url)}`,
    everyMs: LOOK_EVERY_MS,
    async look(): Promise<Look> {
      const page = await fetchPage(url, { Accept: 'application/json', ...headers });
      if (!page.ok) return { values: [healthy(false)], problem: page.problem };
      const body = healthIn(page.status, page.text, settings);
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
