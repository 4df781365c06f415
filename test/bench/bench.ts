/**
 * `make bench`: what the suite costs over a minimal k6 script that sends the same requests, side by side on this
 * machine, in under five minutes. The two take turns, so that a busy neighbour harms both alike; each round gives one
 * comparison, and their median is held against the bound.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Papa from 'papaparse';
import type { VideoRow } from '../../src/wire/fixtures.ts';
import type { Profile } from '../../src/workloads.ts';
import { serveInstantly, startInstantPlatform } from './instant-platform.ts';
import { type Cost, costOf, type Load } from './k6-cost.ts';

/** A figure of both scripts, held against what the suite may cost at most. */
interface Bound {
  readonly title: string;
  readonly figure: (cost: Cost) => number;
  /** How the two are compared: chat.js by minimal.js, or less minimal.js. */
  readonly by: 'ratio' | 'difference';
  readonly most: number;
}

interface Case {
  readonly title: string;
  readonly users: number;
  readonly pace: number;
  /** Profile of chat.js whose ramp, s, minimal.js has too; both are stopped long before its hold ends. */
  readonly profile: Profile;
  readonly rampSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly bounds: readonly Bound[];
}

const cpuPerRequest = ({ cpuSeconds, requests }: Cost) => (cpuSeconds / requests) * 1000;

const CASES: readonly Case[] = [
  {
    title: '1,000 users at their pace',
    users: 1_000,
    pace: 1,
    profile: 'gate',
    rampSeconds: 15,
    seconds: 45,
    rounds: 2,
    bounds: [
      { title: 'CPU, ms a request', figure: cpuPerRequest, by: 'ratio', most: 1.25 },
      { title: 'peak memory, MB', figure: ({ peakMb }) => peakMb, by: 'ratio', most: 1.5 },
      { title: 'first request after, s', figure: (cost) => cost.firstRequestSeconds, by: 'difference', most: 1 },
    ],
  },
  {
    title: '50 users who never wait',
    users: 50,
    pace: 1e9,
    profile: 'smoke',
    rampSeconds: 3,
    seconds: 8,
    rounds: 4,
    bounds: [{ title: 'CPU, ms a request', figure: cpuPerRequest, by: 'ratio', most: 1.6 }],
  },
];

if (process.argv[2] === 'serve') serveInstantly(JSON.parse(process.argv[3]!));
else process.exitCode = (await bench(casesIn(process.argv.slice(2)))) ? 0 : 1;

/** All of them; `--users 1000` chooses one, `--rounds 1` makes it shorter. */
function casesIn(args: string[]): Case[] {
  const number = (name: string) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : undefined);
  const [users, rounds] = [number('--users'), number('--rounds')];
  const chosen = CASES.filter((one) => users === undefined || one.users === users);
  return chosen.map((one) => ({ ...one, rounds: rounds ?? one.rounds }));
}

async function bench(cases: readonly Case[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-bench-'));
  const suite = await suiteForEnterprise(folder);
  const videos = await videosByCreator();
  const platform = await startInstantPlatform(process.argv[1]!, videos);
  try {
    let exceeded = 0;
    for (const one of cases) {
      const load = (script: string): Load => ({
        script,
        seconds: one.seconds,
        env: {
          PROFILE: one.profile,
          RAMP: `${one.rampSeconds}s`,
          USERS: String(one.users),
          PACE: String(one.pace),
          CREATOR_ID: Object.keys(videos)[0]!,
        },
      });
      const minimal: Cost[] = [];
      const chat: Cost[] = [];
      for (let round = 0; round < one.rounds; round++) {
        minimal.push(await costOf(load(resolve('test/bench/minimal.js')), platform));
        chat.push(await costOf(load(suite), platform));
      }
      exceeded += compared(one, minimal, chat);
    }
    console.log(exceeded === 0 ? '\nEvery bound holds.' : `\nBounds exceeded: ${exceeded}.`);
    return exceeded === 0;
  } finally {
    platform.stop();
    await rm(folder, { recursive: true });
  }
}

/** Prints one table. @returns how many bounds are exceeded */
function compared({ title, bounds, rounds }: Case, minimal: Cost[], chat: Cost[]): number {
  const requests = (costs: Cost[]) => median(costs.map((cost) => cost.requests));
  console.log(`\n${title} (${requests(minimal)} and ${requests(chat)} requests a round, ${rounds} rounds)`);
  console.log(row('', 'minimal.js', 'chat.js', 'chat.js is', 'in the rounds', 'at most', ''));
  return bounds.filter(({ title, figure, by, most }) => {
    const extras = chat.map((cost, round) => {
      const [bare, full] = [figure(minimal[round]!), figure(cost)];
      return by === 'ratio' ? full / bare : full - bare;
    });
    const extra = median(extras);
    const sign = by === 'ratio' ? 'x' : '+';
    const spread = `${Math.min(...extras).toFixed(2)} to ${Math.max(...extras).toFixed(2)}`;
    const figures = [minimal, chat].map((costs) => median(costs.map(figure)).toFixed(2));
    const verdict = extra <= most ? 'pass' : 'exceeded';
    console.log(row(title, ...figures, `${sign} ${extra.toFixed(2)}`, spread, `${sign} ${most.toFixed(2)}`, verdict));
    return extra > most;
  }).length;
}

function row(title: string, ...cells: string[]): string {
  return `  ${title.padEnd(24)}${cells.map((cell) => cell.padStart(13)).join('  ')}`;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/**
 * dist/chat.js beside fixtures in which everybody has the tier without limits: only those may ask without a pause.
 * @returns the script's path
 */
async function suiteForEnterprise(folder: string): Promise<string> {
  await mkdir(join(folder, 'dist'));
  await cp('dist/chat.js', join(folder, 'dist', 'chat.js'));
  await cp('fixtures', join(folder, 'fixtures'), { recursive: true });
  const users = join(folder, 'fixtures', 'users.csv');
  const rows = await readFile(users, 'utf8');
  await writeFile(users, rows.replaceAll(/,student,\w+,/g, ',student,enterprise,'));
  return join(folder, 'dist', 'chat.js');
}

async function videosByCreator(): Promise<Record<string, string[]>> {
  const { data } = Papa.parse<VideoRow>(await readFile('fixtures/videos.csv', 'utf8'), { header: true });
  const videos: Record<string, string[]> = {};
  for (const { creator_id, video_id } of data.filter((row) => row.video_id)) {
    videos[creator_id] = [...(videos[creator_id] ?? []), video_id];
  }
  return videos;
}
