/** What launchgate serves: where it listens, and what it answers to a page that points a name of its own here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { alertRules, RUNBOOKS } from '../../gate/observe/alert-rules.ts';
import { findPrometheus, startPrometheus } from '../../gate/observe/local-prometheus.ts';
import type { CopiedProject } from './copied-project.ts';
import { listeningAddresses } from './listening.ts';

export interface Service {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Status of its first page by its own name, and by the name of another. */
  readonly byOwnName: number;
  readonly byForeignName: number;
}

/** It has no way to look at Host: while `observe` runs, such a page can read the figures. It shows no credentials. */
export const PROMETHEUS = 'Prometheus (observe)';

/** What is wrong with it: it listens elsewhere or nowhere, or answers a page that points a name of its own here. */
export function problemsOf({ name, addresses, byOwnName, byForeignName }: Service): string[] {
  const isOpen = addresses.length === 0 || addresses.some((address) => !/^127\.0\.0\.1:\d+$/.test(address));
  const isFooled = name !== PROMETHEUS && ![403, 421].includes(byForeignName);
  return [
    ...(isOpen ? [`${name} listens on ${addresses.join(', ') || 'nothing that was found'}`] : []),
    ...(byOwnName === 200 ? [] : [`${name} answers its own name with ${byOwnName}`]),
    ...(isFooled ? [`${name} answers another name with ${byForeignName}`] : []),
  ];
}

/** Started with `./launchgate`, each until it has been looked at; Prometheus where there is one. */
export async function services({ root }: CopiedProject): Promise<Service[]> {
  await mkdir(join(root, 'results'), { recursive: true });
  await writeFile(join(root, 'results', 'index.html'), '<p>results</p>');
  const looked = [
    await look(root, ['open', '--port', '0'], 'reports (open)', '/'),
    await look(root, ['platform'], 'embedded platform (platform)', '/api/health'),
  ];
  const prometheus = await lookAtPrometheus();
  return prometheus ? [...looked, prometheus] : looked;
}

async function look(root: string, args: readonly string[], name: string, path: string): Promise<Service> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, LAUNCHGATE_ENV_FILE: '/dev/null', PLATFORM_SWITCHES: 'chunks=200' };
  const child = spawn(process.execPath, [join(root, 'dist/node/launchgate.mjs'), ...args], { cwd: root, env });
  const ended = once(child, 'exit');
  try {
    const url = await firstAddress(child);
    const pids = [child.pid!, ...(await childrenOf(child.pid!))];
    const addresses = (await Promise.all(pids.map(listeningAddresses))).flat();
    return { name, addresses, ...(await statuses(url, path)) };
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

async function lookAtPrometheus(): Promise<Service | undefined> {
  const binary = findPrometheus(process.env.PATH ?? '');
  if (!binary) return undefined;
  const before = new Set(await childrenOf(process.pid));
  const started = await startPrometheus(binary, alertRules(RUNBOOKS));
  if (!started.ok) throw new Error(started.problem);
  const { url, stop } = started.prometheus;
  try {
    const [pid] = (await childrenOf(process.pid)).filter((id) => !before.has(id));
    return { name: PROMETHEUS, addresses: await listeningAddresses(pid!), ...(await statuses(url, '/-/ready')) };
  } finally {
    await stop();
  }
}

async function statuses(url: string, path: string): Promise<Pick<Service, 'byOwnName' | 'byForeignName'>> {
  const { host, port } = new URL(url);
  return {
    byOwnName: await statusOf(url + path, host),
    byForeignName: await statusOf(url + path, `evil.example:${port}`),
  };
}

function statusOf(url: string, host: string): Promise<number> {
  return new Promise((done, failed) =>
    request(url, { headers: { host } }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .on('error', failed)
      .end(),
  );
}

function firstAddress(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url) done(url);
    });
    child.once('exit', (code) => failed(new Error(`it ended with ${code}`)));
  });
}

async function childrenOf(pid: number): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'latin1').catch(() => '')));
  return ids
    .filter((_, at) => stats[at]!.slice(stats[at]!.lastIndexOf(')') + 2).split(' ')[1] === String(pid))
    .map(Number);
}
