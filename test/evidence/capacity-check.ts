/**
 * `make capacity-check`: the capacity search on targets of which arithmetic says what they carry (capacity-targets.ts),
 * and beside it the usual way, one ramp until a threshold breaks.
 *
 *   --kind ai|pool|workers (only these targets; repeatable)
 *   --jobs 1 (targets at a time)   --keep DIR (what was found stays there, and isn't searched for again)
 *   --budget 30 (minutes)   --short 60   --full 190 (seconds): of each search
 *   --write puts the table into docs/capacity.md
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count, digits, percent } from '../../gate/judge/figures.ts';
import { shareInterval } from '../../gate/judge/intervals.ts';
import { factsOf } from '../../gate/runs/diagnosis.ts';
import { readEvidence } from '../../gate/runs/folder/evidence.ts';
import { startPlatform } from '../../gate/runs/start/platform-process.ts';
import type { CapacityFile } from '../../src/wire/capacity-file.ts';
import { readSettings } from '../../src/wire/settings.ts';
import { TARGETS, type Target } from './capacity-targets.ts';
import { writeFigures } from './figures-document.ts';
import { ShortProject } from './short-project.ts';

/** Beside the limit that is searched for: nothing queues, and little of the machine is used. */
const COMMON = ['aiQueue=off', 'chunks=500'];
const RAMP_SECONDS = 240;

const { values } = parseArgs({
  options: {
    kind: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1' },
    budget: { type: 'string', default: '30' },
    short: { type: 'string', default: '60' },
    full: { type: 'string', default: '190' },
    keep: { type: 'string', default: join('.cache', 'capacity-check') },
    write: { type: 'boolean', default: false },
  },
});

interface Found {
  target: Target;
  capacity: CapacityFile;
  /** Users at which one ramp broke the failure threshold; null when it did not, undefined where nothing fails. */
  ramp: number | null | undefined;
}

/** The ramp alone needs another workload than the project's own. */
let rampProject: Promise<ShortProject> | undefined;
const withRamp = () => {
  rampProject ??= ShortProject.make([
    [
      'src/workloads.ts',
      "gate: [{ name: 'normal', rampSeconds: 15, holdSeconds: 190, load: { students: 100 } }]",
      `gate: [{ name: 'normal', rampSeconds: ${RAMP_SECONDS}, holdSeconds: 1, load: { students: 100 } }]`,
    ],
  ]);
  return rampProject;
};

await mkdir(values.keep, { recursive: true });
const left = TARGETS.filter(({ kind }) => values.kind.length === 0 || values.kind.includes(kind));
const found: Found[] = [];
await Promise.all(
  Array.from({ length: Number(values.jobs) }, async () => {
    for (let target = left.shift(); target; target = left.shift()) {
      const result = await measured(target);
      if (result) found.push(result);
    }
  }),
);
await (await rampProject)?.remove();
const text = table(found);
console.log(text);
if (values.write) await writeFigures('docs/capacity.md', 'make capacity-check ARGS=--write', text);

async function measured(target: Target): Promise<Found | undefined> {
  const capacity = await kept(target, 'search', () =>
    withTarget(target, async (where) => {
      const bounds = {
        from: target.test === 'video' ? '8' : '20',
        most: '400',
        budget: values.budget,
        short: values.short,
        full: values.full,
      };
      const options = Object.entries(bounds).flatMap(([name, value]) => [`--${name}`, value]);
      const out = await launchgate(['capacity', target.test, ...where, ...options, '--json']);
      if (!out.startsWith('{')) return void console.error(`${target.name}: ${out}`);
      return JSON.parse(out) as CapacityFile;
    }),
  );
  if (!capacity) return undefined;
  console.error(`${target.name}: ${capacity.low} to ${capacity.high}, by arithmetic ${digits(target.truth)}`);
  if (target.test === 'video') return { target, capacity, ramp: undefined };
  const ramp = await kept(target, 'ramp', () =>
    withTarget(target, async (where) => {
      const users = String(Math.round(2 * target.truth));
      const project = await withRamp();
      const { stdout } = await project.run(['chat', '--profile', 'gate', ...where, '--users', users]);
      const folder = /^Report: (.+)\/report\.html$/m.exec(stdout)![1]!;
      return { users: await rampBreak(join(project.root, folder)) };
    }),
  );
  return { target, capacity, ramp: ramp!.users };
}

/** @param use takes the options by which the target is named, and has it for as long as it takes */
async function withTarget<Result>(
  { switches: own, closed }: Target,
  use: (where: string[]) => Promise<Result>,
): Promise<Result> {
  const switches = [...own, ...COMMON];
  if (!closed) return use(['--setup', 'recommended', ...switches.flatMap((change) => ['--switch', change])]);
  const started = await startPlatform({
    root: resolve(),
    settings: { ...readSettings({}), PLATFORM_SWITCHES: switches.join(',') },
    env: plainEnv(),
    say: console.error,
    signal: new AbortController().signal,
  });
  if (!started.ok) throw new Error(started.problems.join('\n'));
  try {
    return await use(['--base-url', started.platform.url]);
  } finally {
    await started.platform.stop();
  }
}

/** What was found before, or is found now and then kept. */
async function kept<Content>(
  { switches }: Target,
  what: string,
  find: () => Promise<Content | undefined>,
): Promise<Content | undefined> {
  const path = join(values.keep, `${what}-${switches.join('-').replaceAll('=', '-')}.json`);
  if (existsSync(path)) return JSON.parse(await readFile(path, 'utf8')) as Content;
  const content = await find();
  if (content !== undefined) await writeFile(path, JSON.stringify(content));
  return content;
}

function launchgate(args: string[]): Promise<string> {
  return new Promise((done) =>
    execFile(
      process.execPath,
      ['dist/node/launchgate.mjs', ...args],
      { env: plainEnv(), maxBuffer: 1 << 24 },
      (_, stdout, stderr) => done(stdout || stderr),
    ),
  );
}

/** Nothing of the person's own. */
function plainEnv(): NodeJS.ProcessEnv {
  const { PATH, HOME, LAUNCHGATE_K6 } = process.env;
  return { PATH, HOME, LAUNCHGATE_K6: LAUNCHGATE_K6 || resolve('.tools/k6'), LAUNCHGATE_ENV_FILE: '/dev/null' };
}

/** As k6 judges a threshold of 1 % of failures: over all requests so far. */
async function rampBreak(folder: string): Promise<number | null> {
  const facts = factsOf(await readEvidence(folder));
  let [sent, failed] = [0, 0];
  for (let second = 0; second < (facts?.users.length ?? 0); second++) {
    for (const row of facts!.sent) if (row.second === second) sent += row.requests;
    for (const row of facts!.failures) if (row.second === second) failed += row.count;
    if (sent >= 20 && failed / sent > 0.01) return facts!.users[second] ?? null;
  }
  return null;
}

function table(rows: readonly Found[]): string {
  const middle = ({ low, high }: CapacityFile) => (high === null ? low : (low + high) / 2);
  const errorOf = (value: number, { truth }: Target) => Math.round(Math.abs(value / truth - 1) * 1e4) / 1e4;
  const covers = ({ capacity: { low, high }, target: { truth } }: Found) =>
    low <= truth && (high === null || truth <= high);
  const covered = rows.filter(covers).length;
  const meanOf = (errors: number[]) => errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const ramps = rows.flatMap(({ ramp, target }) => (ramp == null ? [] : [errorOf(ramp, target)]));
  const { low, high } = shareInterval(covered, rows.length, 0.975);
  return [
    `Searches with a budget of ${values.budget} minutes, holds of up to ${values.short} s on the way and ${values.full} s at the ends, ${values.jobs} at a time.`,
    '',
    '| limit | by arithmetic | search | binding | error of the middle | holds the truth | minutes | requests | one ramp until it breaks | its error |',
    '|---|--:|--:|---|--:|---|--:|--:|--:|--:|',
    ...[...rows]
      .sort((a, b) => a.target.truth - b.target.truth)
      .map((row) => {
        const { target, capacity, ramp } = row;
        const cells = [
          target.name,
          digits(target.truth),
          `${capacity.low} to ${capacity.high ?? '–'}`,
          capacity.binding || '–',
          percent(errorOf(middle(capacity), target)),
          covers(row) ? 'yes' : 'no',
          digits(capacity.minutes),
          count(capacity.requests),
          ramp === undefined ? '–' : ramp === null ? 'did not break' : String(ramp),
          ramp == null ? '–' : percent(errorOf(ramp, target)),
        ];
        return `| ${cells.join(' | ')} |`;
      }),
    '',
    `Mean error ${percent(meanOf(rows.map(({ capacity, target }) => errorOf(middle(capacity), target))))}; the interval holds the truth in ${covered} of ${rows.length} (${percent(low)} to ${percent(high)}, exact 95 %). One ramp: mean error ${ramps.length > 0 ? percent(meanOf(ramps)) : '–'}, where it broke at all (${ramps.length} of ${rows.filter(({ ramp }) => ramp !== undefined).length}).`,
  ].join('\n');
}
