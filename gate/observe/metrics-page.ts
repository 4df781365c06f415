/** A page of metrics in Prometheus' text format: of the platform itself, or of an exporter beside it. */
import { aiHeadroom } from '../../src/wire/ai-headroom.ts';
import type { Look } from '../../src/wire/looks.ts';
import type { SettingName } from '../../src/wire/settings.ts';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { fetchPage, hostOf } from './page.ts';
import type { Source } from './source.ts';

/** Without it, servers of OpenMetrics may answer in that format, which is another one. */
const ACCEPT = 'text/plain; version=0.0.4';

/** Clocks that are further apart make records of the same moment hard to find. The Date header has whole seconds. */
const CLOCKS_APART_MS = 5_000;

export interface MetricsPage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The setting that holds the key to it, for whoever is refused. */
  readonly key: SettingName;
  readonly everyMs?: number;
}

export function metricsPage({ url, headers, key, everyMs = LOOK_EVERY_MS }: MetricsPage): Source {
  const history = new SignalHistory();
  return {
    name: `metrics of ${hostOf(url)}`,
    everyMs,
    async look(): Promise<Look> {
      const page = await fetchPage(url, { Accept: ACCEPT, ...headers });
      if (!page.ok) return { values: [], problem: page.problem };
      if (page.status !== 200) return { values: [], problem: refusalOf(page.status, key) };
      const atMs = Date.now();
      const read = history.read(page.text, { atMs, serverMs: page.serverMs });
      if (!read.ok) return { values: [], problem: `it answers ${read.problem}` };
      const notice = noticeOf(page.serverMs - atMs, read.restarted);
      return {
        values: [...read.values, ...aiHeadroom((name) => page.headers[name]?.toString())],
        ...(read.gone.length > 0 ? { problem: `it no longer has ${read.gone.join(', ')}` } : {}),
        ...(notice ? { notice } : {}),
        ...(Object.keys(read.counts).length > 0 ? { counts: read.counts } : {}),
      };
    },
    async close() {},
  };
}

function refusalOf(status: number, key: SettingName): string {
  return status === 401 || status === 403 ? `it answers ${status}; check ${key}` : `it answers ${status}`;
}

/** @param aheadMs of its clock before ours */
function noticeOf(aheadMs: number, restarted: boolean): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return [
    ...(restarted ? ['its counters fell: it began anew, or several instances answer in turn'] : []),
    ...(Math.abs(aheadMs) > CLOCKS_APART_MS
      ? [`its clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`]
      : []),
  ].join('; ');
}
