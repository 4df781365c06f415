/** A real run of the real program against an embedded platform that this file starts, so that its record can be asked. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Summary } from '../../src/wire/facts.ts';
import type { Truth } from './compare.ts';

interface RunOnIt {
  summary: Summary;
  truth: Truth;
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

/** @param args of the platform, e.g. `--setup`, `free` */
export async function startEmbedded(...args: string[]): Promise<Embedded> {
  const child = spawn('node', ['dist/node/platform.mjs', '--port', '0', '--follow-stdin', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await readyUrl(child);
  return {
    url,
    run: (test, profile, ...args) => runTest(url, ['run', test, '--profile', profile, ...args]),
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

async function runTest(url: string, args: string[]): Promise<RunOnIt> {
  const { output, exitCode } = await launchgate([...args, '--base-url', url]);
  const report = /^Report: (.+)\/report\.html$/m.exec(output)?.[1];
  if (!report) throw new Error(output);
  const summary = JSON.parse(await readFile(`${report}/summary.json`, 'utf8')) as Summary;
  const truth = (await (await fetch(`${url}/__truth?run=${summary.runId}`)).json()) as Truth;
  return { summary, truth, output, exitCode, folder: report };
}

function launchgate(args: string[]): Promise<{ output: string; exitCode: number }> {
  const { PATH, HOME, LAUNCHGATE_K6 } = process.env;
  const env = { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' };
  return new Promise((done) => {
    const child = execFile('./launchgate', args, { env }, (_, stdout, stderr) =>
      done({ output: `${stderr}\n${stdout}`, exitCode: child.exitCode ?? 1 }),
    );
  });
}
