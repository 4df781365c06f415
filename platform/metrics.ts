/** GET /metrics, in Prometheus' text format. All names start with `platform_`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AiClient } from './ai/client.ts';
import { AI_LIMITS, type AiProvider } from './ai/provider.ts';
import type { Cache } from './cache.ts';
import type { Connections } from './db/connections.ts';
import type { Bandwidth } from './media.ts';
import type { ProcessingQueue } from './processing.ts';

/** Node counts this interval into what it measures. */
const DELAY_RESOLUTION_MS = 10;

interface Sources {
  connections: Connections;
  ai: AiClient;
  provider: AiProvider;
  cache: Cache;
  processing: ProcessingQueue;
  media: Bandwidth;
}

export class Metrics {
  private readonly registry = new Registry();
  private readonly durations: Histogram<'route' | 'status'>;
  private readonly authSeconds: Histogram;
  private readonly queries: Histogram<'route'>;

  constructor({ connections, ai, provider, cache, processing, media }: Sources) {
    const registers = [this.registry];
    // CPU and memory of this process.
    collectDefaultMetrics({ register: this.registry, prefix: 'platform_' });
    this.durations = new Histogram({
      name: 'platform_http_request_duration_seconds',
      help: 'Service time of requests by route and status',
      labelNames: ['route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 20, 30],
      registers,
    });
    this.authSeconds = new Histogram({
      name: 'platform_auth_duration_seconds',
      help: 'Time to find out who asks, per app request',
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    this.queries = new Histogram({
      name: 'platform_queries_per_request',
      help: 'Round trips to the database per app request',
      labelNames: ['route'],
      buckets: [0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 200],
      registers,
    });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('platform_db_connections_used', 'Database connections that the app holds', () => connections.used);
    gauge('platform_db_connections_limit', 'Database connections that the app may hold', () => connections.limit);
    gauge('platform_db_connections_waiting', 'Requests that wait for a connection', () => connections.waiting);
    const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
    delay.enable();
    gauge('platform_event_loop_delay_p99_seconds', 'How late the event loop was, p99 since the last reading', () => {
      const p99Ms = delay.percentile(99) / 1e6;
      delay.reset();
      return Math.max(0, p99Ms - DELAY_RESOLUTION_MS) / 1000;
    });
    for (const what of AI_LIMITS) {
      const name = `platform_ai_${what.replace('-', '_')}`;
      const bucket = provider.buckets[what];
      gauge(`${name}_limit`, `AI provider: ${what} a minute`, () => bucket.limit);
      gauge(`${name}_remaining`, `AI provider: ${what} left now`, () => bucket.remaining(Date.now()));
    }
    gauge('platform_ai_queue_waiting', 'Questions that wait for the AI provider', () => ai.waiting);
    gauge('platform_queue_depth', 'Videos that wait for a worker', () => processing.depth);
    gauge('platform_queue_active', 'Videos that a worker has in hand', () => processing.active);
    gauge(
      'platform_queue_oldest_wait_seconds',
      'How long the first video in the queue has waited',
      () => processing.oldestWaitMs() / 1000,
    );
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    counter('platform_ai_requests_total', 'Requests sent to the AI provider', () => ai.sent);
    counter('platform_ai_throttled_total', 'Requests that the AI provider refused with 429', () => ai.throttled);
    counter('platform_ai_input_tokens_total', 'Tokens of all prompts', () => provider.tokens.input);
    counter('platform_ai_output_tokens_total', 'Tokens of all answers', () => provider.tokens.output);
    counter('platform_videos_completed_total', 'Videos processed', () => processing.outcomes.completed);
    counter('platform_videos_failed_total', 'Videos whose processing failed', () => processing.outcomes.failed);
    counter('platform_media_bytes_total', 'Bytes of media that went through the app', () => media.bytes);
    counter('platform_cache_hits_total', 'Reads that the cache answered', () => cache.hits);
    counter('platform_cache_misses_total', 'Reads that the cache could not answer', () => cache.misses);
  }

  /** @param ms service time */
  request(route: string, status: number, ms: number): void {
    this.durations.observe({ route, status }, ms / 1000);
  }

  /** @param authMs time to find out who asks @param queries round trips to the database */
  appRequest(route: string, authMs: number, queries: number): void {
    this.authSeconds.observe(authMs / 1000);
    this.queries.observe({ route }, queries);
  }

  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}
