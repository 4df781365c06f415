/** Hand-made series for `promtool test rules`: what real exporters would tell, and what must fire when. */
import type { Alert } from '../../src/wire/alerts.ts';

/** Samples are this far apart, and rules are evaluated as often. */
export const INTERVAL = '15s';

export interface RuleCase {
  /** A sentence. */
  readonly name: string;
  readonly alert: Alert['name'];
  /** In promtool's notation, a sample every 15 s. */
  readonly series: Readonly<Record<string, string>>;
  /** Times at which it fires, with `{value}` of its description and labels that it has from its series. */
  readonly fires?: readonly { readonly at: string; readonly value: string; readonly labels?: Record<string, string> }[];
  readonly silent: readonly string[];
}

const ROUTE = 'route="POST /api/chat",status="200"';
const histogram = (name: string, labels: string, counts: Record<string, string>) =>
  Object.fromEntries([
    ...Object.entries(counts).map(([le, values]) => [`${name}_bucket{${labels},le="${le}"}`, values]),
    [`${name}_count{${labels}}`, counts['+Inf']!],
  ]);

function casesOf(alert: Alert['name'], cases: readonly Omit<RuleCase, 'alert'>[]): RuleCase[] {
  return cases.map((each) => ({ alert, ...each }));
}

/** 5 of 15 for two minutes, 14 of 15 for five, then 5 again. */
const CROWDED = '5x7 14x19 5x60';

export const RULE_CASES: readonly RuleCase[] = [
  ...casesOf('PlatformDatabaseConnectionsHigh', [
    {
      name: 'connections: full ones fire after a minute, and not before; free ones resolve it at once',
      series: { platform_db_connections_used: CROWDED, platform_db_connections_limit: '15x90' },
      silent: ['1m45s', '2m45s', '7m', '15m'],
      fires: [
        { at: '3m', value: '93.33%' },
        { at: '6m45s', value: '93.33%' },
      ],
    },
    {
      name: 'connections: 79 % for a quarter of an hour is no alert',
      series: { platform_db_connections_used: '79x60', platform_db_connections_limit: '100x60' },
      silent: ['5m', '15m'],
    },
    {
      name: 'connections, by postgres_exporter: states add up',
      series: {
        'pg_stat_activity_count{datname="postgres",state="active"}': '20x40',
        'pg_stat_activity_count{datname="postgres",state="idle"}': '34x40',
        pg_settings_max_connections: '60x40',
      },
      silent: ['45s'],
      fires: [{ at: '1m', value: '90%' }],
    },
    {
      name: 'connections, by Supabase: roles add up',
      series: {
        'connection_stats_connection_count{username="authenticator",service_type="db"}': '30x40',
        'connection_stats_connection_count{username="postgres",service_type="db"}': '21x40',
        'max_connections_connection_count{service_type="db"}': '60x40',
      },
      silent: ['45s'],
      fires: [{ at: '1m', value: '85%' }],
    },
    {
      name: 'environments are apart: production fires alone, and names itself',
      series: {
        'platform_db_connections_used{environment="production"}': '14x40',
        'platform_db_connections_limit{environment="production"}': '15x40',
        'platform_db_connections_used{environment="staging"}': '1x40',
        'platform_db_connections_limit{environment="staging"}': '15x40',
      },
      silent: [],
      fires: [{ at: '1m', value: '93.33%', labels: { environment: 'production' } }],
    },
  ]),
  ...casesOf('PlatformQueueDeep', [
    {
      name: 'queue: two minutes of 60 waiting videos fire; 49 do not',
      series: { platform_queue_depth: '49x19 60x19 49x60' },
      silent: ['4m45s', '6m45s', '10m'],
      fires: [{ at: '7m', value: '60' }],
    },
    {
      name: "queue, by Inngest's own server",
      series: { 'inngest_queue_depth{job="inngest"}': '60x40' },
      silent: ['1m45s'],
      fires: [{ at: '2m', value: '60' }],
    },
  ]),
  ...casesOf('PlatformAiLimitNear', [
    {
      name: 'AI: the scarcest of requests and tokens counts',
      series: {
        platform_ai_requests_remaining: '3000x80',
        platform_ai_requests_limit: '4000x80',
        platform_ai_input_tokens_remaining: '1900000x80',
        platform_ai_input_tokens_limit: '2000000x80',
        platform_ai_output_tokens_remaining: '200000x19 20000x19 200000x40',
        platform_ai_output_tokens_limit: '400000x80',
      },
      silent: ['5m45s', '10m'],
      fires: [{ at: '6m', value: '5%' }],
    },
    {
      name: 'AI: an app that tells of requests only is believed',
      series: { platform_ai_requests_remaining: '2x40', platform_ai_requests_limit: '50x40' },
      silent: ['45s'],
      fires: [{ at: '1m', value: '4%' }],
    },
    {
      name: 'AI: a tenth left is still enough',
      series: { platform_ai_requests_remaining: '5x40', platform_ai_requests_limit: '50x40' },
      silent: ['1m', '5m', '10m'],
    },
  ]),
  ...casesOf('PlatformCacheHitsLow', [
    {
      name: 'cache: a quarter of hits fires after five minutes, and two of good ones resolve it',
      series: {
        platform_cache_hits_total: '0+10x40 490+90x40',
        platform_cache_misses_total: '0+30x40 1210+10x40',
      },
      silent: ['5m', '13m'],
      fires: [{ at: '10m', value: '25%' }],
    },
    {
      name: 'cache: a share of too few look-ups says nothing',
      series: { platform_cache_hits_total: '0x80', platform_cache_misses_total: '0+20x80' },
      silent: ['5m', '10m', '20m'],
    },
    {
      name: 'cache, by redis_exporter',
      series: { redis_keyspace_hits_total: '1000+20x60', redis_keyspace_misses_total: '500+20x60' },
      silent: ['5m'],
      fires: [{ at: '10m', value: '50%' }],
    },
  ]),
  ...casesOf('PlatformChatSlow', [
    {
      name: 'chat: a p95 of seven seconds fires, and resolves when two minutes were quick',
      series: histogram('platform_http_request_duration_seconds', ROUTE, {
        '0.5': '0x40 10+10x40',
        '5': '0x40 10+10x40',
        '7.5': '0+10x40 410+10x40',
        '+Inf': '0+10x40 410+10x40',
      }),
      silent: ['1m', '13m'],
      fires: [
        { at: '5m', value: '7375 ms' },
        { at: '10m', value: '7375 ms' },
      ],
    },
    {
      name: 'chat: eight slow messages in two minutes are too few for a p95',
      series: histogram('platform_http_request_duration_seconds', ROUTE, { '5': '0x80', '+Inf': '0+1x80' }),
      silent: ['5m', '20m'],
    },
    {
      name: 'chat, by express-prom-bundle: other routes do not count',
      series: {
        ...histogram('http_request_duration_seconds', 'method="POST",path="/api/chat",status_code="200"', {
          '5': '0x60',
          '10': '0+10x60',
          '+Inf': '0+10x60',
        }),
        ...histogram('http_request_duration_seconds', 'method="GET",path="/api/chat",status_code="200"', {
          '5': '0+1000x60',
          '10': '0+1000x60',
          '+Inf': '0+1000x60',
        }),
      },
      silent: ['1m'],
      fires: [{ at: '5m', value: '9750 ms' }],
    },
  ]),
  ...casesOf('PlatformErrorsHigh', [
    {
      name: 'errors: 5xx fire, refusals do not',
      series: {
        'platform_http_request_duration_seconds_count{route="POST /api/chat",status="200"}': '0+27x80',
        'platform_http_request_duration_seconds_count{route="POST /api/chat",status="502"}': '0+3x40 120x40',
        'platform_http_request_duration_seconds_count{route="POST /api/chat",status="429"}': '0x40 0+9x40',
      },
      silent: ['30s', '13m', '20m'],
      fires: [{ at: '5m', value: '10%' }],
    },
    {
      name: 'errors: where no request ever failed there is a share, and it is 0',
      series: { 'platform_http_request_duration_seconds_count{status="200"}': '0+30x80' },
      silent: ['5m', '20m'],
    },
    {
      name: 'errors: a counter that begins anew is no failure',
      series: {
        'platform_http_request_duration_seconds_count{status="200"}': '9000+30x40 0+30x40',
        'platform_http_request_duration_seconds_count{status="502"}': '400x40 0x40',
      },
      silent: ['5m', '10m', '11m', '12m', '20m'],
    },
  ]),
];
