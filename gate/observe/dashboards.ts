/**
 * Grafana's dashboards: what the platform tells of itself, and a k6 run that writes to Prometheus. k6's rates and gauges
 * are totals since the run began, so the second one only uses counters and native histograms, which tell of any stretch.
 */
import { ALERTS, limitOfAlert } from '../../src/wire/alerts.ts';
import { type SignalName, type SignalUnit, signalNamed } from '../../src/wire/signals.ts';
import { recordedName, recordedSignals } from './alert-rules.ts';

interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Chart {
  readonly title: string;
  readonly description: string;
  /** A unit of Grafana's. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Full width, in place of a third. */
  readonly isWide?: true;
  readonly kind?: 'timeseries' | 'state-timeline';
  /** Drawn as a line; what lies beyond is coloured. */
  readonly limit?: { readonly value: number; readonly good: 'low' | 'high' };
}

/** Grafana 10 and later. */
const SCHEMA_VERSION = 38;
const COLUMNS = 24;
const CHART = { width: 8, height: 8 };

const GRAFANA_UNITS: Readonly<Record<SignalUnit, string>> = {
  ratio: 'percentunit',
  count: 'short',
  ms: 'ms',
  s: 's',
  bytes: 'bytes',
  cores: 'short',
  'per minute': 'cpm',
  yes: 'bool',
};

/** Signals of the platform, those that alerts speak of first. */
export function platformDashboard(): string {
  const alerting = ALERTS.map(({ signal }) => signal);
  const signals = [...alerting, ...recordedSignals().filter((name) => !alerting.includes(name))];
  return dashboard({
    uid: 'launchgate-platform',
    title: 'Platform signals',
    variable: {
      name: 'environment',
      label: 'Environment',
      query: `label_values(${recordedName('db_connections_used_ratio')}, environment)`,
    },
    charts: [
      {
        title: 'Alerts',
        description: 'Which of the alerts were pending or firing, and when.',
        unit: 'short',
        isWide: true,
        kind: 'state-timeline',
        queries: [
          {
            expr: 'max by (alertname, signal, alertstate) (ALERTS{alertname=~"Platform.+",environment=~"$environment"})',
            legend: '{{alertname}} {{signal}} {{alertstate}}',
          },
        ],
      },
      ...signals.map(signalChart),
    ],
  });
}

function signalChart(signal: SignalName): Chart {
  const { title, meaning, unit, good } = signalNamed(signal);
  const alert = ALERTS.find((each) => each.signal === signal);
  const limit = alert && Object.values(limitOfAlert(alert))[0];
  return {
    title: capitalised(title),
    description: `${capitalised(meaning)}.`,
    unit: GRAFANA_UNITS[unit],
    queries: [{ expr: `${recordedName(signal)}{environment=~"$environment"}`, legend: `${title} {{environment}}` }],
    ...(limit === undefined ? {} : { limit: { value: limit, good } }),
  };
}

const OF_RUN = 'testid=~"$testid"';
const durations = (by: string) => `sum by (${by}) (rate(k6_http_req_duration_seconds{${OF_RUN}}[$__rate_interval]))`;
const requests = (more = '') => `rate(k6_http_reqs_total{${OF_RUN}${more}}[$__rate_interval])`;

/** A run of k6 with `--out experimental-prometheus-rw` and native histograms. */
export function k6Dashboard(): string {
  return dashboard({
    uid: 'launchgate-k6',
    title: 'k6 run',
    variable: { name: 'testid', label: 'Run', query: 'label_values(k6_vus, testid)' },
    charts: [
      {
        title: 'Users',
        description: 'Virtual users that are active.',
        unit: 'short',
        queries: [{ expr: `sum(k6_vus{${OF_RUN}})`, legend: 'users' }],
      },
      {
        title: 'Requests',
        description: 'Requests a second, by phase; ramps and what stands beside the load are phases of their own.',
        unit: 'reqps',
        queries: [{ expr: `sum by (phase) (${requests()})`, legend: '{{phase}}' }],
      },
      {
        title: 'Failed requests',
        description: 'Share of requests whose answer was not expected.',
        unit: 'percentunit',
        queries: [
          {
            expr: `(sum(${requests(',expected_response="false"')}) or 0 * sum(${requests()})) / sum(${requests()})`,
            legend: 'failed',
          },
        ],
      },
      {
        title: 'Chat: p50, p95, p99',
        description: 'Of all answers to POST /api/chat, failed ones too: launchgate counts those as over every limit.',
        unit: 's',
        queries: [0.5, 0.95, 0.99].map((share) => ({
          expr: `histogram_quantile(${share}, sum(rate(k6_http_req_duration_seconds{${OF_RUN},name="POST /api/chat"}[$__rate_interval])))`,
          legend: `p${share * 100}`,
        })),
      },
      {
        title: 'p95 by route',
        description: 'Of all answers in the stretch that a point stands for.',
        unit: 's',
        queries: [{ expr: `histogram_quantile(0.95, ${durations('name')})`, legend: '{{name}}' }],
      },
      {
        title: 'p95 by phase',
        description: 'Over all routes.',
        unit: 's',
        queries: [{ expr: `histogram_quantile(0.95, ${durations('phase')})`, legend: '{{phase}}' }],
      },
      {
        title: 'Failures by kind',
        description: 'Failed requests and journeys a second: refusals, timeouts, server errors and the rest apart.',
        unit: 'reqps',
        queries: [{ expr: `sum by (kind) (rate(k6_failures_total{${OF_RUN}}[$__rate_interval]))`, legend: '{{kind}}' }],
      },
      {
        title: 'Dropped arrivals',
        description: 'Arrivals a second that found no free user: the platform, or the generator, is too slow.',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (scenario) (rate(k6_dropped_iterations_total{${OF_RUN}}[$__rate_interval]))`,
            legend: '{{scenario}}',
          },
        ],
      },
      {
        title: "The generator's lateness, p99",
        description: 'How late pauses ended: next to nothing as long as the generator keeps up.',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.99, sum(rate(k6_schedule_lateness_ms_seconds{${OF_RUN}}[$__rate_interval])))`,
            legend: 'p99',
          },
        ],
      },
    ],
  });
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly charts: readonly Chart[];
  readonly variable: { readonly name: string; readonly label: string; readonly query: string };
}

function dashboard({ uid, title, charts, variable }: Dashboard): string {
  const content = {
    uid,
    title,
    tags: ['launchgate'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '15s',
    time: { from: 'now-30m', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        {
          ...{ name: variable.name, label: variable.label, type: 'query', datasource: DATASOURCE },
          ...{ query: variable.query, refresh: 2, sort: 2 },
          // `.*` also finds series without the label.
          ...{ includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' } },
        },
      ],
    },
    panels: placed(charts),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const DATASOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

/** From left to right, row by row. */
function placed(charts: readonly Chart[]): object[] {
  let [x, y] = [0, 0];
  return charts.map((chart, index) => {
    const width = chart.isWide ? COLUMNS : CHART.width;
    if (x + width > COLUMNS) [x, y] = [0, y + CHART.height];
    const gridPos = { x, y, w: width, h: CHART.height };
    x += width;
    return { id: index + 1, gridPos, ...panel(chart) };
  });
}

function panel({ title, description, unit, queries, kind = 'timeseries', limit }: Chart): object {
  const [below, beyond] = limit?.good === 'high' ? ['red', 'green'] : ['green', 'red'];
  const steps = [{ color: below, value: null }, ...(limit ? [{ color: beyond, value: limit.value }] : [])];
  return {
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      ...{ refId: String.fromCharCode('A'.charCodeAt(0) + index), datasource: DATASOURCE },
      ...{ expr, legendFormat: legend, range: true },
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        custom: kind === 'timeseries' && limit ? { thresholdsStyle: { mode: 'line' } } : {},
      },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true } },
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
