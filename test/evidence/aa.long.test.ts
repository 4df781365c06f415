/**
 * What a comparison is worth on real runs: 15 runs of one version, dealt out into 60 comparisons in which nothing changed,
 * and 5 runs whose AI provider takes 25 % longer. The runs are short (30 s at 60 users, 200 messages) and noisy for it;
 * each starts its own embedded platform. About 17 minutes, on a machine that does nothing else.
 */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { compare, type Side } from '../../gate/judge/compare.ts';
import { percent } from '../../gate/judge/figures.ts';
import { shareInterval } from '../../gate/judge/intervals.ts';
import { seeded } from '../../gate/judge/random.ts';
import { selfCheck } from '../../gate/judge/selfcheck.ts';
import { type FitRun, lookAt } from '../../gate/runs/folder/choose-runs.ts';
import { readFigures } from '../../gate/runs/samples/run-figures.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';
import type { Comparison } from '../../src/wire/comparison-file.ts';
import { type Edit, ShortProject } from './short-project.ts';

const SAME = 15;
const SLOWER = 5;
const COMPARISONS = 60;

const SHORT: Edit[] = [
  [
    'src/workloads.ts',
    "gate: [{ name: 'normal', rampSeconds: 15, holdSeconds: 190, load: { students: 100 } }]",
    "gate: [{ name: 'normal', rampSeconds: 5, holdSeconds: 30, load: { students: 60 } }]",
  ],
  ['src/workloads.ts', 'coolDownSeconds: 10', 'coolDownSeconds: 5'],
];
const RUN = ['run', 'chat', '--profile', 'gate', '--pace', '2', '--switch', 'chunks=500'];

let project: ShortProject;
let same: Side;
let slower: RunFigures[];

before(async () => {
  project = await ShortProject.make(SHORT);
  const runs = await repeated(SAME);
  const { configuration, windows } = runs[0]!.run;
  same = { configuration, windows, runs: await Promise.all(runs.map(readFigures)) };
  slower = await Promise.all((await repeated(SLOWER, '--switch', 'aiSlowdown=1.25')).map(readFigures));
});
after(() => project?.remove());

/** So many runs in turn, all of which must be fit to be evidence. */
async function repeated(times: number, ...args: string[]): Promise<FitRun[]> {
  const known = await project.runs('chat');
  const { stdout, stderr } = await project.launchgate([...RUN, ...args, '--repeat', String(times)]);
  const made = (await project.runs('chat')).filter((folder) => !known.includes(folder));
  const looks = await Promise.all(made.map((folder) => lookAt({ name: basename(folder), folder }, 'chat')));
  const unfit = looks.flatMap((look) => (look.ok ? [] : [look.problem]));
  assert.deepEqual(unfit, [], 'is the machine busy?');
  assert.equal(looks.length, times, stderr + stdout);
  return looks.flatMap((look) => (look.ok ? [look.run] : []));
}

/** Comparisons of five runs of the one version with others, each with runs that are dealt out anew. */
function compared(others: (dealt: readonly RunFigures[]) => readonly RunFigures[]): Comparison[] {
  const random = seeded(1);
  return Array.from({ length: COMPARISONS }, () => {
    const left = [...same.runs];
    const dealt = same.runs.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
    const old = { ...same, runs: dealt.slice(0, 5) };
    // Whatever made the other runs slower stands for a change of the platform: to the comparison they are made alike.
    const result = compare('chat', old, { ...same, runs: others(dealt) });
    if ('refused' in result) assert.fail(result.refused);
    return result;
  });
}

function claims(comparisons: readonly Comparison[]): number {
  const isClaim = (verdict: string) => verdict === 'regressed' || verdict === 'improved';
  return comparisons.filter(({ changes }) => changes.some(({ verdict }) => isClaim(verdict))).length;
}

function rate(hits: number): string {
  const { low, high } = shareInterval(hits, COMPARISONS, 0.975);
  return `${hits} of ${COMPARISONS} (${percent(low)} to ${percent(high)}, exact 95 %)`;
}

test('runs of one version raise no more than the promised 5 % of false alarms', (context) => {
  const check = selfCheck('chat', same.runs, { old: 5, new: 5 });
  if ('refused' in check) assert.fail(check.refused);
  for (const { headline, spread, detectable } of check.headlines) {
    context.diagnostic(`${headline} spreads by ${percent(spread)}; 5 v 5 find a change from ${percent(detectable)} on`);
  }
  for (const [runs, others] of [
    [5, compared((dealt) => dealt.slice(5, 10))],
    [1, compared((dealt) => dealt.slice(5, 6))],
  ] as const) {
    const alarms = claims(others);
    context.diagnostic(`false alarms of 5 v ${runs}: ${rate(alarms)}`);
    // The draws share runs, so this interval is too narrow, and the check rather strict.
    assert.ok(shareInterval(alarms, COMPARISONS, 0.975).low <= 0.05, `${alarms} alarms`);
  }
});

test('an AI provider that takes 25 % longer is a regression in every comparison of 5 v 5', (context) => {
  const all = compared(() => slower);
  const found = all.filter(({ verdict }) => verdict === 'regressed').length;
  const changes = all[0]!.changes.map(({ headline, change, verdict }) => `${headline} ${percent(change)} ${verdict}`);
  context.diagnostic(`25 % slower, 5 v 5: ${rate(found)}; the first: ${changes.join(', ')}`);
  const alone = compared(() => slower.slice(0, 1)).filter(({ verdict }) => verdict === 'regressed').length;
  context.diagnostic(`25 % slower, 5 v 1: ${rate(alone)}`);
  assert.equal(found, COMPARISONS);
});
