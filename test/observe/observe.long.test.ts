import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { recordedName, recordedSignals } from '../../gate/observe/alert-rules.ts';
import { metricsOf, recipes } from '../../src/wire/signal-recipes.ts';
import { k6Binary } from '../contract/k6-binary.ts';
import { dashboard, filledIn } from './dashboard.ts';

const skip = existsSync('/usr/bin/prometheus') ? false : "Debian's prometheus is not installed";

/** More arrivals than the one user can take: k6 tells of dropped ones only when there are any, every 5 s. */
const OVERRUN = `
import { sleep } from 'k6';
export const options = { scenarios: { visitors: {
  executor: 'constant-arrival-rate', rate: 20, duration: '8s', preAllocatedVUs: 1, maxVUs: 1, gracefulStop: '0s',
} } };
export default function () { sleep(1); }
`;

describe('observe, with a real Prometheus, on a platform whose AI provider allows ten requests a minute', {
  skip,
}, () => {
  let program: ChildProcess;
  let folder: string;
  let url: string;
  let shown = '';
  const startedMs = Date.now();
  let metrics: Set<string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'launchgate-observe-'));
    const args = ['spike', '--profile', 'smoke', '--users', '40', '--setup', 'free'];
    for (const change of ['chunks=500', 'aiRequestsPerMinute=10']) args.push('--switch', change);
    program = spawn('./launchgate', ['observe', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [program.stdout!, program.stderr!]) stream.on('data', (text) => (shown += text));
    url = (await said(/^Prometheus +(http\S+)$/m))[1]!;
    await overrun(`${url}/api/v1/write`);
    await said(/stays at .* until Ctrl-C/);
    metrics = new Set((await ask('label/__name__/values', {})) as string[]);
  });
  after(async () => {
    // Only an end by Ctrl-C takes Prometheus along.
    const exited = program.exitCode === null ? once(program, 'exit') : undefined;
    program.kill('SIGINT');
    await exited;
    await rm(folder, { recursive: true });
  });

  async function said(words: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = words.exec(shown);
      if (match) return match;
      if (program.exitCode !== null) throw new Error(shown);
      await Promise.race([once(program.stdout!, 'data'), once(program.stderr!, 'data'), once(program, 'exit')]);
    }
  }

  async function overrun(writeTo: string): Promise<void> {
    const script = join(folder, 'overrun.js');
    await writeFile(script, OVERRUN);
    const flags = ['--quiet', '--no-usage-report', '--address', '', '--out', 'experimental-prometheus-rw'];
    await promisify(execFile)(resolve(await k6Binary()), ['run', ...flags, script], {
      env: { ...process.env, K6_PROMETHEUS_RW_SERVER_URL: writeTo },
    });
  }

  /** @returns `data` of the answer */
  async function ask(what: string, parameters: Record<string, string>): Promise<unknown> {
    const answer = await fetch(`${url}/api/v1/${what}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await answer.json()) as { data: unknown; error?: string };
    assert.equal(error, undefined, `${parameters.query}`);
    return data;
  }

  /** Series that a query had at any time since the test began. */
  async function seriesOf(query: string): Promise<{ metric: Record<string, string> }[]> {
    const span = { start: String(startedMs / 1_000), end: String(Date.now() / 1_000), step: '2' };
    return ((await ask('query_range', { query, ...span })) as { result: { metric: Record<string, string> }[] }).result;
  }

  test('every expression of the k6 dashboard parses, and finds what k6 really wrote', async () => {
    const { panels } = await dashboard('k6');
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        const series = await seriesOf(filledIn(expr));
        assert.ok(series.length > 0, `${title}: ${expr} finds nothing`);
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          assert.ok(
            series.some(({ metric }) => metric[label!]),
            `${title}: no series has ${label}`,
          );
        }
      }
    }
  });

  test('every expression of the platform dashboard parses, and is made of metrics that the platform exports', async () => {
    const { panels } = await dashboard('platform');
    const drawn = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    for (const expr of drawn) await seriesOf(filledIn(expr));
    const [alerts, ...signals] = drawn;
    // The platform ended with the run: at the next evaluation its signals are missing, if no other alert was pending.
    while ((await seriesOf(filledIn(alerts!))).length === 0) await setTimeout(500);
    assert.deepEqual(
      signals.map((expr) => /^(launchgate:\w+)\{environment=~"\$environment"\}$/.exec(expr)?.[1]).sort(),
      recordedSignals().map(recordedName).sort(),
    );
    for (const signal of recordedSignals()) {
      const [first] = recipes().filter((recipe) => recipe.signal === signal);
      const unknown = metricsOf(first!).filter((metric) => !metrics.has(metric));
      assert.deepEqual(unknown, [], `${signal} is made of what the embedded platform does not export`);
    }
  });

  test('what a variable of a dashboard offers is found by its query', async () => {
    for (const name of ['k6', 'platform']) {
      const { templating } = await dashboard(name);
      const [, metric, label] = /^label_values\((\S+), (\w+)\)$/.exec(templating.list[1]!.query)!;
      const found = await seriesOf(metric!);
      assert.ok(found.length > 0, `${metric} is not there`);
      if (name === 'k6')
        assert.ok(
          found.some(({ metric: labels }) => labels[label!]),
          `${metric} has no ${label}`,
        );
    }
  });

  test('gauges are recorded as the platform has them', async () => {
    const isSeen = async (query: string) => (await seriesOf(query)).length > 0;
    assert.ok(await isSeen('launchgate:queue_depth == 0'));
    assert.equal(await isSeen('launchgate:db_connections_used_ratio > 1'), false);
  });

  test('at the end the worst value of each signal is told, and that without a cache there is no share of hits', () => {
    assert.match(shown, /^alert +promised +worst +fired$/m);
    assert.match(shown, /^PlatformAiLimitNear +>= 10\.0 % +\d+\.\d+ % +(no|\d:\d\d to .*)$/m);
    assert.match(shown, /^PlatformCacheHitsLow +> 60\.0 % +- +not evaluated/m);
  });

  test('Ctrl-C ends Prometheus, removes its folder, and leaves the verdict as exit code', async () => {
    const flags = (await ask('status/flags', {})) as Record<string, string>;
    const kept = flags['storage.tsdb.path']!;
    assert.ok(existsSync(kept));
    const exited = once(program, 'exit');
    program.kill('SIGINT');
    assert.deepEqual(await exited, [99, null]);
    assert.equal(existsSync(join(kept, '..')), false);
    await assert.rejects(fetch(url));
  });
});
