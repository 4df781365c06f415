/** A real run of the real program against an embedded platform that this file starts, so that its record can be asked. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { samplesIn } from '../../gate/runs/folder/run-folder.ts';
import { RAMP } from '../../src/behaviour.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { Counted, RecordedRoute } from './compare.ts';
import { countRequests } from './requests.ts';

interface RunOnIt extends Counted {
  output: string;
  exitCode: number;
  /** The run folder. */
  folder: string;
}

export interface Embedded {
  url: string;
  /** Runs `./launchgate run <test> …` on it. @returns facts, the platform's record, and what was printed */
  run(test: string, profile: string, ...args: string[]): Promise<RunOnIt>;
  stop(): Promise<void>;
}

/**
 * @param settings of the platform and of the runs on it
 * @param args of the platform, e.g. `--setup`, `free`
 */
export async function startEmbedded(settings: Record<string, string>, ...args: string[]): Promise<Embedded> {
  const child = spawn('node', ['dist/node/platform.mjs', '--port', '0', '--follow-stdin', ...args], {
    env: { ...process.env, ...settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await readyUrl(child);
  return {
    url,
    run: (test, profile, ...more) => runTest(url, ['run', test, '--profile', profile, ...more], settings),
    stop: () =>
      new Promise((stopped) => {
        child.once('exit', () => stopped());
        child.stdin.end();
      }),
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return (JSON.parse(line) as { url: string }).url;
  throw new Error('the platform ended before it was ready');
}

async function runTest(url: string, args: string[], settings: Record<string, string>): Promise<RunOnIt> {
  const { output, exitCode } = await launchgate([...args, '--base-url', url], settings);
  const report = /^Report: (.+)\/report\.html$/m.exec(output)?.[1];
  if (!report) throw new Error(output);
  const summary = JSON.parse(await readFile(`${report}/summary.json`, 'utf8')) as Summary;
  // The contract test asks under the same run, before the load, in no phase.
  const isLoad = ({ phase }: { phase: string }) => phase !== RAMP;
  const requests = (await countRequests(await samplesOf(report))).filter(isLoad);
  const truth = (await recordOf(url, summary.runId)).filter(isLoad);
  return { summary, requests, truth, output, exitCode, folder: report };
}

/** The platform's own record of a run. */
export async function recordOf(url: string, runId: string): Promise<RecordedRoute[]> {
  const response = await fetch(`${url}/__truth?run=${runId}&requests`);
  const { routes } = (await response.json()) as { routes: RecordedRoute[] };
  return routes.map((each) => ({ ...each, route: NAMES_IN_RUN[each.route] ?? each.route }));
}

/** Where thumbnails lie is the platform's affair, so a run has one name for all of them. */
const NAMES_IN_RUN: Readonly<Record<string, string>> = { 'GET /media/thumbnails/:file': 'GET thumbnail' };

/** The samples in a run folder, of all k6 processes that shared the load. */
export async function samplesOf(folder: string): Promise<string[]> {
  const shares = (await readdir(folder)).filter((name) => name.startsWith('generator-'));
  const paths = [folder, ...shares.map((name) => join(folder, name))].map(samplesIn);
  return paths.filter((path) => path !== undefined);
}

function launchgate(args: string[], settings: Record<string, string>): Promise<{ output: string; exitCode: number }> {
  const { PATH, HOME, LAUNCHGATE_K6 } = process.env;
  const env = { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null', ...settings };
  return new Promise((done) => {
    const child = execFile('./launchgate', args, { env }, (_, stdout, stderr) =>
      done({ output: `${stderr}\n${stdout}`, exitCode: child.exitCode ?? 1 }),
    );
  });
}
