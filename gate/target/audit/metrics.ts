/** Single figures of the platform's metrics page, which signals don't tell: limits, and counts before and after. */
import { parseTarget, sameOrigin } from '../../../src/wire/guard.ts';
import { type MetricSample, parsePrometheus } from '../../../src/wire/prometheus.ts';
import { extraHeaders, type Settings } from '../../../src/wire/settings.ts';

/** What is read, and the names under which platforms have it; the first that is there counts. */
const NAMES = {
  connectionLimit: ['platform_db_connections_limit', 'pg_settings_max_connections'],
  queries: ['platform_queries_per_request_sum'],
  cacheHits: ['platform_cache_hits_total', 'redis_keyspace_hits_total'],
  processingActive: ['platform_queue_active'],
  processingWaiting: ['platform_queue_depth'],
  aiRequests: ['platform_ai_requests_limit'],
  aiInputTokens: ['platform_ai_input_tokens_limit'],
  aiOutputTokens: ['platform_ai_output_tokens_limit'],
} as const;

export type Figure = keyof typeof NAMES;
export type Figures = Partial<Record<Figure, number>>;

const ANSWER_MS = 10_000;

/** @returns the figures that the page has, summed over labels; none where there is no page */
export async function readFigures(settings: Settings): Promise<Figures> {
  const text = settings.METRICS_URL ? await page(settings) : undefined;
  const wanted: readonly string[] = Object.values(NAMES).flat();
  const read = text === undefined ? undefined : parsePrometheus(text, (name) => wanted.includes(name));
  if (!read?.ok) return {};
  const figures: Figures = {};
  for (const [figure, names] of Object.entries(NAMES) as [Figure, readonly string[]][]) {
    const samples = names.map((name) => read.samples.filter((sample) => sample.name === name)).find(isThere);
    if (samples) figures[figure] = samples.reduce((sum, { value }) => sum + value, 0);
  }
  return figures;
}

function isThere(samples: readonly MetricSample[]): boolean {
  return samples.length > 0;
}

async function page(settings: Settings): Promise<string | undefined> {
  const [metrics, app] = [parseTarget(settings.METRICS_URL), parseTarget(settings.BASE_URL)];
  const bypass = metrics.ok && app.ok && sameOrigin(metrics.origin, app.origin) ? extraHeaders(settings) : {};
  const headers: Record<string, string> = { ...bypass };
  if (settings.METRICS_AUTHORIZATION) headers.Authorization = settings.METRICS_AUTHORIZATION;
  try {
    const response = await fetch(settings.METRICS_URL, {
      headers,
      // Elsewhere nobody may have the headers, which are keys.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}
