/**
 * A Prometheus of our own for as long as somebody looks: on a free port of 127.0.0.1, its data in a folder that goes
 * when it ends. It scrapes metrics pages, takes what k6 writes to it, and evaluates the alert rules.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { withoutSecrets } from '../runs/child-environment.ts';
import { leash } from '../runs/k6/leash.ts';
import type { MetricsPage } from './metrics-page.ts';

export interface LocalPrometheus {
  readonly url: string;
  /** Scrapes these pages from now on, with their Authorization and no other header. */
  scrape(pages: readonly MetricsPage[]): Promise<void>;
  /** Can be called again. */
  stop(): Promise<void>;
}

export type StartedPrometheus =
  | { readonly ok: true; readonly prometheus: LocalPrometheus }
  | { readonly ok: false; readonly problem: string };

const READY = 'Server is ready to receive web requests';
/** Longest wait for a clean end before the process is killed, ms. */
const STOP_MS = 10_000;

/** @param path PATH */
export function findPrometheus(path: string): string | undefined {
  const candidates = path.split(delimiter).map((folder) => join(folder || '.', 'prometheus'));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param rules as `alertRules` gives them @returns it once it answers, or why it doesn't */
export async function startPrometheus(binary: string, rules: string): Promise<StartedPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-prometheus-'));
  const port = await freePort();
  await writeFile(join(folder, 'alerts.yml'), rules);
  await configure(folder, []);
  const options = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
    '--enable-feature=native-histograms',
  ];
  // A group of its own: Ctrl-C in a terminal must not end it before it was asked which alerts fired.
  const child = spawn(binary, options, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: withoutSecrets(process.env),
  });
  const killNow = () => child.kill('SIGKILL');
  process.on('exit', killNow);
  const letGo = leash(child.pid, 'TERM', STOP_MS);
  const closed = new Promise<void>((done) => child.once('close', () => done()).once('error', () => done()));
  const lastWords = await Promise.race([ready(child), closed.then(() => 'it ended at once')]);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(killNow, STOP_MS);
    await closed;
    letGo();
    clearTimeout(timer);
    process.off('exit', killNow);
    await rm(folder, { recursive: true, force: true });
  };
  if (lastWords !== undefined) {
    await stop();
    return { ok: false, problem: `${binary} does not start: ${lastWords}` };
  }
  const scrape = async (pages: readonly MetricsPage[]) => {
    await configure(folder, pages);
    child.kill('SIGHUP');
  };
  return { ok: true, prometheus: { url: `http://127.0.0.1:${port}`, scrape, stop } };
}

/** Undefined once it is ready; else the last that it said before it ended. */
function ready(child: ChildProcess): Promise<string | undefined> {
  return new Promise((done) => {
    let last = 'it said nothing';
    createInterface({ input: child.stderr! })
      .on('line', (line) => {
        if (line.includes(READY)) done(undefined);
        last = /err="(.*)"/.exec(line)?.[1] ?? last;
      })
      .on('close', () => done(last));
  });
}

/** JSON is YAML. The file may hold an Authorization: nobody else reads it. */
async function configure(folder: string, pages: readonly MetricsPage[]): Promise<void> {
  const config = {
    global: { scrape_interval: `${LOOK_EVERY_MS / 1_000}s` },
    rule_files: ['alerts.yml'],
    scrape_configs: pages.map(scrapeConfig),
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config), { mode: 0o600 });
}

function scrapeConfig({ url, headers, everyMs = LOOK_EVERY_MS }: MetricsPage, index: number): object {
  const { protocol, host, pathname, searchParams } = new URL(url);
  const [type, ...credentials] = (headers.Authorization ?? '').split(' ');
  const params = Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]));
  return {
    job_name: `page-${index}`,
    scheme: protocol.slice(0, -1),
    metrics_path: pathname,
    params,
    scrape_interval: `${everyMs / 1_000}s`,
    static_configs: [{ targets: [host] }],
    ...(type ? { authorization: { type, credentials: credentials.join(' ') } } : {}),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => probe.once('listening', listening));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}
