/**
 * `make scale-check`: what users cost on this machine, from one k6 process and from several, against a platform that
 * answers at once. The figures of docs/scaling.md are its, and nobody else's.
 *
 *   node dist/test/scale/scale-check.mjs [<users>x<generators>@<pace> …] [--quick] [--add] [--write]
 *
 * A step takes four minutes; with --quick less than one, in which users are only just settling in. With --add the steps
 * join those of the time before, so that they can be measured in turn, whenever the machine is quiet.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Papa from 'papaparse';
import type { Summary } from '../../src/wire/facts.ts';
import type { VideoRow } from '../../src/wire/fixtures.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { serveInstantly, startInstantPlatform } from '../bench/instant-platform.ts';
import { contractScript } from '../runs/throwaway-project.ts';
import { joined, type Measured, report } from './scale-report.ts';

export interface Step {
  users: number;
  generators: number;
  pace: number;
}

/** From 100 users to as many as the machine carries; 1,000 also from one process, to see what sharing costs. */
const STEPS: readonly Step[] = [
  { users: 100, generators: 1, pace: 1 },
  { users: 1_000, generators: 1, pace: 1 },
  { users: 1_000, generators: 4, pace: 1 },
  { users: 5_000, generators: 4, pace: 0.5 },
];

/** Newcomers settle in over a pause of the workload: figures are of the hold's end. */
const STEADY_MS = 60_000;

const MEASURED = '.cache/scale-check.json';
const DOCUMENT = 'docs/scaling.md';
const MARKS = ['<!-- figures of make scale-check -->', '<!-- end of figures -->'] as const;

if (process.argv[2] === 'serve') serveInstantly(JSON.parse(process.argv[3]!));
else await check(process.argv.slice(2));

async function check(args: string[]): Promise<void> {
  const steps = args.filter((arg) => !arg.startsWith('--')).map(stepOf);
  await mkdir(dirname(MEASURED), { recursive: true });
  const root = await mkdtemp(join(tmpdir(), 'launchgate-scale-'));
  try {
    const profile = args.includes('--quick') ? 'smoke' : 'gate';
    const before = args.includes('--add') ? await measuredBefore() : [];
    const measured = joined(before, await measure(root, steps.length > 0 ? steps : STEPS, profile));
    await writeFile(MEASURED, JSON.stringify(measured));
    const text = report(measured, availableParallelism());
    console.log(text);
    if (args.includes('--write')) await writeDocument(text);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function measuredBefore(): Promise<Measured[]> {
  return JSON.parse(await readFile(MEASURED, 'utf8').catch(() => '[]')) as Measured[];
}

/** `1000x4@0.5`: 1,000 users, four processes, half the pace. */
function stepOf(text: string): Step {
  const [, users, generators, pace] = /^(\d+)x(\d+)(?:@([\d.]+))?$/.exec(text) ?? [];
  if (!users) throw new Error(`"${text}" is no step; write <users>x<generators>@<pace>, e.g. 1000x4@0.5`);
  return { users: Number(users), generators: Number(generators), pace: Number(pace ?? 1) };
}

async function measure(root: string, steps: readonly Step[], profile: string): Promise<Measured[]> {
  await makeProject(root, Math.max(...steps.map(({ users }) => users)));
  const platform = await startInstantPlatform(
    process.argv[1]!,
    await videosByCreator(join(root, 'fixtures/videos.csv')),
  );
  try {
    const measured: Measured[] = [];
    for (const step of steps) {
      console.error(`${step.users} users, ${step.generators} k6, pace ${step.pace} …`);
      measured.push(await measureStep(root, step, ['--profile', profile, '--base-url', platform.baseUrl]));
    }
    return measured;
  } finally {
    platform.stop();
  }
}

/** The programs as they are, as many students as are needed, and a contract that the instant platform keeps. */
async function makeProject(root: string, users: number): Promise<void> {
  await mkdir(join(root, 'dist'));
  for (const part of ['dist/node', 'dist/chat.js', 'package.json'])
    await cp(part, join(root, part), { recursive: true });
  await writeFile(join(root, 'dist/contract.js'), contractScript());
  const students = String(Math.ceil(users * 1.02) + 50);
  await launchgate(root, ['data', 'generate', '--students', students, '--out', join(root, 'fixtures')]);
}

async function measureStep(root: string, { users, generators, pace }: Step, where: string[]): Promise<Measured> {
  await rm(join(root, 'results'), { recursive: true, force: true });
  const shape = ['--users', String(users), '--generators', String(generators), '--pace', String(pace)];
  const output = await launchgate(root, ['run', 'chat', ...where, ...shape]);
  const [name] = await readdir(join(root, 'results/chat')).catch(() => []);
  if (!name) throw new Error(output);
  const read = async (file: string) => JSON.parse(await readFile(join(root, 'results/chat', name, file), 'utf8'));
  const run = (await read('run.json')) as RunFile;
  const summary = (await read('summary.json')) as Summary;
  const { reasons } = (await read('verdict.json')) as Verdict;
  const timeline = (await read('timeline.json')) as Timeline;
  const { fromMs, toMs } = run.windows[0]!;
  const steadyMs = Math.min(STEADY_MS, (toMs - fromMs) / 3);
  const isSteady = (atMs: number) => atMs > toMs - steadyMs && atMs <= toMs;
  const readings = run.generator.readings.filter(({ atMs }) => isSteady(atMs));
  const sent = timeline.cells.filter(([second]) => isSteady(second * 1_000));
  return {
    ...{ users, generators, pace, maxUsers: summary.totals.maxUsers, k6Version: run.versions.k6 },
    requestsPerSecond: sent.reduce((sum, [, , , requests]) => sum + requests, 0) / (steadyMs / 1_000),
    peakBytes: Math.max(...run.generator.readings.map(({ rssBytes }) => rssBytes)),
    cores: readings.reduce((sum, { cores }) => sum + cores, 0) / readings.length,
    latenessMs: summary.latenessMs?.p99 ?? 0,
    faults: reasons.map(({ text }) => text),
  };
}

/** Its exit code is the verdict, which is no matter here. */
function launchgate(root: string, args: string[]): Promise<string> {
  const { PATH, HOME, LAUNCHGATE_K6 } = process.env;
  const env = { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' };
  return new Promise((done) =>
    execFile(process.execPath, [join(root, 'dist/node/launchgate.mjs'), ...args], { cwd: root, env }, (_, out, err) =>
      done(err + out),
    ),
  );
}

async function videosByCreator(path: string): Promise<Record<string, string[]>> {
  const { data } = Papa.parse<VideoRow>(await readFile(path, 'utf8'), { header: true, skipEmptyLines: true });
  const videos: Record<string, string[]> = {};
  for (const { creator_id, video_id } of data) videos[creator_id] = [...(videos[creator_id] ?? []), video_id];
  return videos;
}

async function writeDocument(text: string): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const [from, to] = MARKS.map((mark) => document.indexOf(mark));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error(`${DOCUMENT} has no place for figures`);
  const head = document.slice(0, from + MARKS[0].length);
  await writeFile(DOCUMENT, `${head}\n\n${text}\n\n${document.slice(to)}`);
  console.error(`written to ${DOCUMENT}`);
}
