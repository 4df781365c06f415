import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { alertRules, MISSING, RUNBOOKS, recordedName } from '../../gate/observe/alert-rules.ts';
import { k6Dashboard, platformDashboard } from '../../gate/observe/dashboards.ts';
import { ALERTS } from '../../src/wire/alerts.ts';
import { recipes } from '../../src/wire/signal-recipes.ts';
import { INTERVAL, RULE_CASES, type RuleCase } from './rule-cases.ts';

const RULES = 'deploy/prometheus/alerts.yml';
const run = promisify(execFile);
const skip = existsSync('/usr/bin/promtool') ? false : "Debian's prometheus is not installed";

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const rules = (parse(await readFile(RULES, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

test('the committed files are those that `make alerts` writes today', async () => {
  const files = {
    [RULES]: alertRules(RUNBOOKS),
    'deploy/grafana/dashboards/platform.json': platformDashboard(),
    'deploy/grafana/dashboards/k6.json': k6Dashboard(),
  };
  for (const [path, expected] of Object.entries(files)) {
    assert.equal(await readFile(path, 'utf8'), expected, `${path} is stale: run \`make alerts\``);
  }
});

test('each alert is stated once, and once more for when its signal is missing', () => {
  const names = rules.flatMap(({ alert }) => alert ?? []);
  assert.deepEqual(names, [...ALERTS.map(({ name }) => name), ...ALERTS.map(() => MISSING)]);
  const missing = rules.filter(({ alert }) => alert === MISSING).map(({ labels }) => labels.signal);
  assert.deepEqual(
    missing,
    ALERTS.map(({ signal }) => signal),
  );
});

test('every alert has a severity, says what is wrong with its value and limit, and links to a heading that is there', async () => {
  const headings = (await readFile('docs/monitoring.md', 'utf8')).match(/^#+ .+$/gm) ?? [];
  const anchors = headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase());
  for (const { alert, labels, annotations } of rules.filter((rule) => rule.alert)) {
    assert.match(labels.severity ?? '', /^(critical|warning)$/);
    assert.match(annotations.summary ?? '', /^[A-Z][^.]+$/);
    assert.match(annotations.description ?? '', alert === MISSING ? /can't fire\.$/ : /\{\{ \$value .*\d/);
    assert.ok(anchors.includes(annotations.runbook_url!.split('#')[1]!), annotations.runbook_url);
  }
});

test('every signal that a metric tells is recorded, and from every exporter that we know', () => {
  for (const recipe of recipes()) {
    const rule = rules.find(({ record }) => record === recordedName(recipe.signal));
    assert.ok(rule?.expr.includes(`# ${recipe.exporter}\n`), `${recipe.signal} of ${recipe.exporter}`);
  }
});

test('a runbook address of your own is the one in the rules', async () => {
  const { stdout } = await run('./launchgate', ['alerts', '--runbooks', 'https://wiki.example.com/alerts']);
  assert.match(stdout, /runbook_url: https:\/\/wiki\.example\.com\/alerts#platformchatslow\n/);
  assert.doesNotMatch(stdout, /your-org/);
});

test('promtool finds nothing wrong with the rules and the example configuration', { skip }, async () => {
  await run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', RULES]);
  await run('promtool', ['check', 'config', '--lint=all', '--lint-fatal', 'deploy/prometheus/prometheus.yml']);
});

test('by promtool, alerts fire and resolve on what real exporters tell', { skip }, async () => {
  await promtoolTest(RULE_CASES.map(caseOf));
});

test('by promtool, a signal that vanishes is missing after five minutes, and only that one', { skip }, async () => {
  const until = '45x19 _x40';
  const gauges = ['platform_ai_requests_remaining', 'platform_ai_requests_limit', 'platform_db_connections_limit'];
  const counters = ['platform_cache_hits_total', 'platform_cache_misses_total'];
  const histogram = 'platform_http_request_duration_seconds';
  const series: Record<string, string> = {
    ...Object.fromEntries(gauges.map((name) => [name, '100x60'])),
    ...Object.fromEntries(counters.map((name) => [name, '0+10x60'])),
    platform_db_connections_used: '10x60',
    [`${histogram}_bucket{le="+Inf"}`]: '0+10x60',
    [`${histogram}_count`]: '0+10x60',
    platform_queue_depth: until,
  };
  const { labels, annotations } = rules.find(
    ({ alert, labels }) => alert === MISSING && labels.signal === 'queue_depth',
  )!;
  // Prometheus looks back five minutes for a value, where no scrape has said that it is gone.
  const expected = [
    { at: '14m30s', alerts: [] },
    { at: '15m', alerts: [{ exp_labels: labels, exp_annotations: annotations }] },
  ];
  await promtoolTest([
    {
      name: 'the queue vanishes after five minutes',
      interval: INTERVAL,
      input_series: seriesOf(series),
      alert_rule_test: expected.map(({ at, alerts }) => ({ eval_time: at, alertname: MISSING, exp_alerts: alerts })),
    },
  ]);
});

function caseOf({ name, alert, series, fires = [], silent }: RuleCase): object {
  const { labels, annotations } = rules.find((rule) => rule.alert === alert)!;
  const firing = fires.map(({ at, value, labels: own = {} }) => ({
    eval_time: at,
    alertname: alert,
    exp_alerts: [
      {
        exp_labels: { ...labels, ...own },
        exp_annotations: { ...annotations, description: said(annotations.description!, value) },
      },
    ],
  }));
  const quiet = silent.map((at) => ({ eval_time: at, alertname: alert, exp_alerts: [] }));
  return { name, interval: INTERVAL, input_series: seriesOf(series), alert_rule_test: [...firing, ...quiet] };
}

/** A description as Prometheus writes it. */
function said(description: string, value: string): string {
  return description.replace(/\{\{.*?\}\}( ms)?/, value);
}

function seriesOf(series: Readonly<Record<string, string>>): object[] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

async function promtoolTest(tests: readonly object[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-rules-'));
  try {
    const file = join(folder, 'cases.yml');
    await writeFile(file, stringify({ rule_files: [resolve(RULES)], evaluation_interval: INTERVAL, tests }));
    await run('promtool', ['test', 'rules', file]).catch((error: { stdout: string; stderr: string }) =>
      assert.fail(`${error.stdout}${error.stderr}`),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
