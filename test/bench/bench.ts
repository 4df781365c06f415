/**
 * `make bench`: what the suite costs over a minimal k6 script that sends the same requests, side by side on this
 * machine, in about five minutes. Where there is room for both they run at the same time, each with a platform of its own,
 * else they take turns: a busy neighbour harms both alike. Each round gives one comparison, and their median is held
 * against the bound.
 *
 *   --users <n> --rounds <n>   one of the cases alone, fewer rounds
 *   --artillery                1,000 users of Artillery, too
 *   --parts                    what the memory of 1,000 users is made of, too
 *   --write                    all of it, and 5,000 users, into docs/performance.md
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Papa from 'papaparse';
import type { VideoRow } from '../../src/wire/fixtures.ts';
import type { Profile } from '../../src/workloads.ts';
import { k6Binary } from '../contract/k6-binary.ts';
import { writeFigures } from '../evidence/figures-document.ts';
import { ARTILLERY_VERSION, installedArtillery, writeScenario } from './artillery.ts';
import { type Cost, costOf, type Load } from './generator-cost.ts';
import { type HeapParts, heapPartsOf, partNames } from './heap-parts.ts';
import { type InstantPlatform, serveInstantly, startInstantPlatform } from './instant-platform.ts';

/** A figure of a generator, and what that of the suite may be over the minimal script's at most. */
interface Figure {
  readonly title: string;
  readonly of: (cost: Cost) => number;
  readonly bound?: {
    /** How the two are compared: chat.js by minimal.js, or less minimal.js. */
    readonly by: 'ratio' | 'difference';
    readonly most: number;
  };
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
  /** Both at once: where the two together leave most of the machine idle. */
  readonly together: boolean;
  readonly figures: readonly Figure[];
}

/** The second of two starts so much after the first, which is each in turn: making users takes all of the machine. */
const APART_MS = 2_000;

const CPU: Omit<Figure, 'bound'> = {
  title: 'CPU, ms a request',
  of: ({ cpuSeconds, requests }) => (cpuSeconds / requests) * 1000,
};
const MEMORY: Omit<Figure, 'bound'> = { title: 'peak memory, MB', of: ({ peakMb }) => peakMb };
const START: Omit<Figure, 'bound'> = {
  title: 'first request after, s',
  of: ({ firstRequestSeconds }) => firstRequestSeconds,
};

const THOUSAND: Case = {
  title: '1,000 users at their pace',
  users: 1_000,
  pace: 1,
  profile: 'gate',
  rampSeconds: 15,
  seconds: 45,
  rounds: 4,
  together: true,
  figures: [
    { ...CPU, bound: { by: 'ratio', most: 1.25 } },
    { ...MEMORY, bound: { by: 'ratio', most: 1.5 } },
    { ...START, bound: { by: 'difference', most: 1 } },
  ],
};

const WITHOUT_WAIT: Case = {
  title: '50 users who never wait',
  users: 50,
  pace: 1_000_000,
  profile: 'smoke',
  rampSeconds: 3,
  seconds: 8,
  rounds: 4,
  together: false,
  figures: [{ ...CPU, bound: { by: 'ratio', most: 1.6 } }],
};

/** Half the pace, as in docs/scaling.md, so that the machine carries it. */
const FIVE_THOUSAND: Case = {
  ...THOUSAND,
  title: '5,000 users at half their pace',
  users: 5_000,
  pace: 0.5,
  rounds: 1,
  together: false,
  figures: [CPU, MEMORY, START],
};

if (process.argv[2] === 'serve') serveInstantly(JSON.parse(process.argv[3]!));
else process.exitCode = (await bench(process.argv.slice(2))) ? 0 : 1;

async function bench(args: string[]): Promise<boolean> {
  const writes = args.includes('--write');
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-bench-'));
  const videos = await videosByCreator();
  const artillery = writes || args.includes('--artillery') ? await installedArtillery() : undefined;
  const platforms = [
    await startInstantPlatform(process.argv[1]!, videos),
    await startInstantPlatform(process.argv[1]!, videos),
  ] as const;
  try {
    const report: string[] = [];
    let exceeded = 0;
    for (const one of casesIn(args, writes)) {
      const suite = await suiteForEnterprise(join(folder, String(one.users)), one.users);
      const env = environment(one, suite, videos);
      const costs: Record<string, Cost[]> = { 'minimal.js': [], 'chat.js': [] };
      for (let round = 0; round < one.rounds; round++) {
        const [minimal, chat] = await costsOfBoth(resolve('test/bench/minimal.js'), suite, one, env, platforms, round);
        costs['minimal.js']!.push(minimal);
        costs['chat.js']!.push(chat);
      }
      if (artillery && one.users === THOUSAND.users) {
        costs[`Artillery ${ARTILLERY_VERSION}`] = [await costOfArtillery(artillery, folder, one, env, platforms[0])];
      }
      const { lines, exceeding } = compared(one, costs);
      console.log(lines.join('\n'));
      report.push(...lines);
      exceeded += exceeding;
    }
    if (writes || args.includes('--parts')) {
      const suite = await suiteForEnterprise(join(folder, 'parts'), THOUSAND.users);
      const env = { ...environment(THOUSAND, suite, videos), BASE_URL: platforms[0].baseUrl };
      const partsOf = async (script: string) => heapPartsOf(await ofK6(script, THOUSAND, env), THOUSAND.users);
      const lines = partsTable(await partsOf(resolve('test/bench/minimal.js')), await partsOf(suite));
      console.log(lines.join('\n'));
      report.push(...lines);
    }
    const conclusion = exceeded === 0 ? 'Every bound holds.' : `Bounds exceeded: ${exceeded}.`;
    console.log(`\n${conclusion}`);
    if (writes) await writeFigures('docs/performance.md', 'make bench', documented([...report, '', conclusion]));
    return exceeded === 0;
  } finally {
    for (const platform of platforms) platform.stop();
    await rm(folder, { recursive: true });
  }
}

function casesIn(args: string[], writes: boolean): Case[] {
  const number = (name: string) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : undefined);
  const [users, rounds] = [number('--users'), number('--rounds')];
  const cases = [THOUSAND, WITHOUT_WAIT, FIVE_THOUSAND];
  const chosen = cases.filter((one) => (users === undefined ? writes || one !== FIVE_THOUSAND : one.users === users));
  if (chosen.length === 0) throw new Error(`no case has ${users} users; there are ${cases.map((one) => one.users)}`);
  return chosen.map((one) => ({ ...one, rounds: rounds ?? one.rounds }));
}

/** What each of the generators reads of this, and nothing of this machine's. */
function environment(
  { profile, rampSeconds, users, pace }: Case,
  suite: string,
  videos: Record<string, string[]>,
): Record<string, string> {
  return {
    PATH: process.env.PATH!,
    HOME: process.env.HOME!,
    PROFILE: profile,
    RAMP: `${rampSeconds}s`,
    USERS: String(users),
    PACE: String(pace),
    FIXTURES: resolve(dirname(suite), '../fixtures'),
    CREATOR_ID: Object.keys(videos)[0]!,
    LAUNCHGATE_SUMMARY: '/dev/null',
  };
}

/** Of the minimal script and of the suite's. */
async function costsOfBoth(
  minimal: string,
  suite: string,
  one: Case,
  env: Record<string, string>,
  platforms: readonly [InstantPlatform, InstantPlatform],
  round: number,
): Promise<[Cost, Cost]> {
  const costFor = async (script: string, at: 0 | 1) => {
    if (one.together && at !== round % 2) await wait(APART_MS);
    const platform = platforms[at];
    return costOf(await ofK6(script, one, { ...env, BASE_URL: platform.baseUrl }), platform);
  };
  if (one.together) return Promise.all([costFor(minimal, 0), costFor(suite, 1)]);
  return [await costFor(minimal, 0), await costFor(suite, 1)];
}

/** 105: k6 was told to stop. */
async function ofK6(script: string, { seconds }: Case, env: Record<string, string>): Promise<Load> {
  const args = ['run', '--quiet', '--no-usage-report', '--address', '', script];
  return { command: await k6Binary(), args, env, seconds, stopped: 105 };
}

async function costOfArtillery(
  artillery: string,
  folder: string,
  { users, rampSeconds, seconds }: Case,
  env: Record<string, string>,
  platform: InstantPlatform,
): Promise<Cost> {
  const scenario = await writeScenario(folder, { baseUrl: platform.baseUrl, users, rampSeconds });
  const quiet = { ...env, ARTILLERY_DISABLE_TELEMETRY: 'true' };
  const args = [artillery, 'run', '--quiet', scenario];
  return costOf({ command: process.execPath, args, env: quiet, seconds, stopped: 130 }, platform);
}

/** One table, and how many bounds are exceeded. */
function compared(
  { title, figures, rounds, users }: Case,
  costs: Record<string, Cost[]>,
): { lines: string[]; exceeding: number } {
  const [minimal, chat] = [costs['minimal.js']!, costs['chat.js']!];
  const generators = Object.keys(costs);
  const requests = generators.map((name) => median(costs[name]!.map((cost) => cost.requests))).join(', ');
  const lines = [
    '',
    `${title} (${requests} requests in ${rounds} ${rounds === 1 ? 'round' : 'rounds'} each)`,
    row('', [...generators, 'chat.js is', 'in the rounds', 'at most', '']),
  ];
  let exceeding = 0;
  for (const { title, of, bound } of [
    ...figures,
    { title: 'memory, KB a user', of: kilobytesEach(users) },
  ] as Figure[]) {
    const medians = generators.map((name) => median(costs[name]!.map(of)).toFixed(2));
    const by = bound?.by ?? 'ratio';
    const extras = chat.map((cost, round) => extraOf(of(minimal[round]!), of(cost), by));
    const [extra, sign] = [median(extras), by === 'ratio' ? 'x' : '+'];
    const spread = `${Math.min(...extras).toFixed(2)} to ${Math.max(...extras).toFixed(2)}`;
    const judged = bound ? [`${sign} ${bound.most.toFixed(2)}`, extra <= bound.most ? 'pass' : 'exceeded'] : ['', ''];
    if (judged[1] === 'exceeded') exceeding += 1;
    lines.push(row(title, [...medians, `${sign} ${extra.toFixed(2)}`, spread, ...judged]));
  }
  return { lines, exceeding };
}

/** The garbage collector lets the heap grow to about twice what is in it: a peak has twice these. */
function partsTable(minimal: HeapParts, chat: HeapParts): string[] {
  const line = (title: string, of: (parts: HeapParts) => number) => {
    const figures = [of(minimal), of(chat), of(chat) - of(minimal)].map((figure) => figure.toFixed(1));
    return `  ${title.padEnd(40)}${figures.map((figure) => figure.padStart(13)).join('')}`;
  };
  const total = (parts: HeapParts) => Object.values(parts).reduce((sum, size) => sum + size, 0);
  return [
    '',
    `What is on the heap after ${THOUSAND.seconds} s of ${THOUSAND.title}, KB a user`,
    `  ${''.padEnd(40)}${['minimal.js', 'chat.js', 'more'].map((name) => name.padStart(13)).join('')}`,
    ...partNames().map((part) => line(part, (parts) => parts[part] ?? 0)),
    line('all', total),
  ];
}

function kilobytesEach(users: number): Figure['of'] {
  return ({ peakMb }) => (peakMb * 1024) / users;
}

function extraOf(minimal: number, chat: number, by: 'ratio' | 'difference'): number {
  return by === 'ratio' ? chat / minimal : chat - minimal;
}

function documented(lines: readonly string[]): string {
  return `\`\`\`text\n${lines.join('\n').trim()}\n\`\`\``;
}

function row(title: string, cells: readonly string[]): string {
  return `  ${title.padEnd(24)}${cells.map((cell) => cell.padStart(18)).join('')}`.trimEnd();
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/**
 * dist/chat.js beside fixtures with so many students, all of the tier without limits: only those may ask without a
 * pause. @returns the script's path
 */
async function suiteForEnterprise(folder: string, users: number): Promise<string> {
  await mkdir(join(folder, 'dist'), { recursive: true });
  await cp('dist/chat.js', join(folder, 'dist', 'chat.js'));
  await cp('fixtures', join(folder, 'fixtures'), { recursive: true });
  const path = join(folder, 'fixtures', 'users.csv');
  const rows = (await readFile(path, 'utf8')).replaceAll(/,student,\w+,/g, ',student,enterprise,').trim();
  const students = rows.split('\n').filter((row) => row.includes(',student,'));
  const more = Array.from(
    { length: Math.max(0, users - students.length) },
    (_, at) => `more-${at}-${students[at % students.length]}`,
  );
  await writeFile(path, [rows, ...more, ''].join('\n'));
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
