/** The sources that the settings name, and in words what can't be seen without more of them. */
import { parseTarget, sameOrigin } from '../../src/wire/guard.ts';
import { quotable } from '../../src/wire/plain-text.ts';
import { exporters, extraHeaders, redact, type Settings } from '../../src/wire/settings.ts';
import { healthCheck } from './health-check.ts';
import { type MetricsPage, metricsPage } from './metrics-page.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import type { Source } from './source.ts';
import { upstash } from './upstash.ts';

/** Hosted Supabase renews its metrics once a minute, and asks to be read no more often. */
const SUPABASE_EVERY_MS = 60_000;

/** Every source that the settings name; at least health, when BASE_URL is set. */
export function sourcesOf(settings: Settings): Source[] {
  const sources = [
    ...metricsPages(settings).map(metricsPage),
    ...(settings.DATABASE_URL ? [postgres(settings.DATABASE_URL)] : []),
    ...(settings.REDIS_URL ? [redis(settings.REDIS_URL)] : []),
    ...(settings.UPSTASH_ACCOUNT && settings.UPSTASH_DATABASE_ID
      ? [upstash(settings.UPSTASH_ACCOUNT, settings.UPSTASH_DATABASE_ID)]
      : []),
    ...(settings.BASE_URL ? [healthOf(settings)] : []),
  ];
  return toldApart(sources.map((source) => discreet(source, settings)));
}

/** Servers may say anything when they refuse, even the key that they were given. */
function discreet(source: Source, settings: Settings): Source {
  const said = (text: string) => quotable(redact(text, settings));
  return {
    ...source,
    async look() {
      const { problem, notice, ...seen } = await source.look();
      return {
        ...seen,
        ...(problem === undefined ? {} : { problem: said(problem) }),
        ...(notice === undefined ? {} : { notice: said(notice) }),
      };
    },
  };
}

/** Two pages of one host have one name otherwise. */
function toldApart(sources: readonly Source[]): Source[] {
  const seen = new Map<string, number>();
  return sources.map((source) => {
    const number = (seen.get(source.name) ?? 0) + 1;
    seen.set(source.name, number);
    return number === 1 ? source : { ...source, name: `${source.name} (${number})` };
  });
}

/** @param settings with BASE_URL set */
export function healthOf(settings: Settings): Source {
  return discreet(healthCheck(settings), settings);
}

/** The pages of metrics that the settings name. */
export function metricsPages(settings: Settings): MetricsPage[] {
  const own: MetricsPage | undefined = settings.METRICS_URL
    ? {
        url: settings.METRICS_URL,
        key: 'METRICS_AUTHORIZATION',
        headers: {
          // They let us through to the platform, and are nobody else's business.
          ...(isSameOrigin(settings.METRICS_URL, settings.BASE_URL) ? extraHeaders(settings) : {}),
          ...authorization(settings.METRICS_AUTHORIZATION),
        },
      }
    : undefined;
  const supabase = supabaseMetrics(settings);
  return [
    ...(own ? [own] : []),
    ...(supabase ? [supabase] : []),
    ...exporters(settings).map(
      ({ url, authorization: given = '' }): MetricsPage => ({ url, headers: authorization(given), key: 'EXPORTERS' }),
    ),
  ];
}

/** Every hosted project has this page, behind the key that data commands use anyway. Self-hosted ones don't. */
function supabaseMetrics({ SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY: key }: Settings): MetricsPage | undefined {
  const parsed = parseTarget(SUPABASE_URL);
  if (!key || !parsed.ok || !parsed.origin.host.endsWith('.supabase.co')) return undefined;
  return {
    url: `https://${parsed.origin.host}/customer/v1/privileged/metrics`,
    key: 'SUPABASE_SERVICE_ROLE_KEY',
    headers: authorization(`Basic ${Buffer.from(`service_role:${key}`).toString('base64')}`),
    everyMs: SUPABASE_EVERY_MS,
  };
}

function authorization(value: string): Record<string, string> {
  return value ? { Authorization: value } : {};
}

function isSameOrigin(url: string, other: string): boolean {
  const [a, b] = [parseTarget(url), parseTarget(other)];
  return a.ok && b.ok && sameOrigin(a.origin, b.origin);
}
