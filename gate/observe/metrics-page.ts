/** A page of metrics in Prometheus' text format: of the platform itself, or of an exporter beside it. */
import { aiHeadroom } from '../../src/wire/ai-headroom.ts';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { fetchPage, hostOf } from './page.ts';
import type { Look, Source } from './source.ts';

/** Without it, servers of OpenMetrics may answer in that format, which is another one. */
const ACCEPT = 'text/plain; version=0.0.4';

export interface MetricsPage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly everyMs?: number;
}

export function metricsPage({ url, headers, everyMs = LOOK_EVERY_MS }: MetricsPage): Source {
  const history = new SignalHistory();
  return {
    name: `metrics of ${hostOf(url)}`,
    everyMs,
    async look(): Promise<Look> {
      const page = await fetchPage(url, { Accept: ACCEPT, ...headers });
      if (!page.ok) return { values: [], problem: page.problem };
      if (page.status !== 200) return { values: [], problem: `it answers ${page.status}` };
      const read = history.read(page.text, { atMs: Date.now(), serverMs: page.serverMs });
      if (!read.ok) return { values: [], problem: `it answers ${read.problem}` };
      return { values: [...read.values, ...aiHeadroom((name) => page.headers[name]?.toString())] };
    },
    async close() {},
  };
}
