/** Makes the runs of the diagnosis' cases, and diagnoses them from what they left. */
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOf } from '../../gate/judge/calm-and-load.ts';
import { diagnose } from '../../gate/judge/diagnose.ts';
import { factsOf } from '../../gate/runs/diagnosis.ts';
import { readEvidence } from '../../gate/runs/folder/evidence.ts';
import type { CauseId, Finding } from '../../src/wire/diagnosis-file.ts';
import { type Case, SHORT_HOLDS } from './diagnosis-cases.ts';
import type { Diagnosed } from './diagnosis-report.ts';
import { ShortProject } from './short-project.ts';
import { zScores } from './z-scores.ts';

/** What k6 itself saw in the answers. */
const FROM_ANSWERS = 'k6';

/**
 * Makes the runs that are not there yet.
 * @param kept folder in which they stay, one each
 * @returns how many were made
 */
export async function makeRuns(cases: readonly Case[], kept: string, jobs: number): Promise<number> {
  await mkdir(kept, { recursive: true });
  const left = cases.filter((each) => !existsSync(folderOf(each, kept)));
  const total = left.length;
  if (total === 0) return 0;
  const project = await ShortProject.make(SHORT_HOLDS);
  const work = async () => {
    for (let each = left.shift(); each; each = left.shift()) {
      console.error(`${total - left.length} of ${total}: ${each.name}`);
      await makeRun(project, each, kept);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  await project.remove();
  return total;
}

/** Its exit code is the verdict, which is no matter here. */
async function makeRun(project: ShortProject, each: Case, kept: string): Promise<void> {
  const { test, users, seed, switches } = each;
  const pace = test === 'video' ? '1' : '2';
  const args = [
    'run',
    test,
    '--setup',
    'recommended',
    '--users',
    String(users),
    '--seed',
    String(seed),
    '--pace',
    pace,
  ];
  const { stdout, stderr } = await project.launchgate([...args, ...switches.flatMap((change) => ['--switch', change])]);
  const folder = /^Report: (.+)\/report\.html$/m.exec(stdout)?.[1];
  if (!folder) return console.error(`${each.name}: no run\n${stderr}`);
  await cp(join(project.root, folder), folderOf(each, kept), { recursive: true });
}

/** Those of the cases whose runs are there. */
export function diagnosedRuns(cases: readonly Case[], kept: string): Promise<Diagnosed[]> {
  return Promise.all(cases.filter((each) => existsSync(folderOf(each, kept))).map((each) => diagnosed(each, kept)));
}

async function diagnosed(each: Case, kept: string): Promise<Diagnosed> {
  const evidence = await readEvidence(folderOf(each, kept));
  const facts = factsOf(evidence);
  if (!facts) throw new Error(`${each.name}: ${evidence.problems.join('; ')}`);
  const { outcome, findings } = diagnose(facts);
  const untimed = { ...facts, parts: [] };
  const clientOnly = { ...untimed, signals: facts.signals.filter(({ source }) => source === FROM_ANSWERS) };
  return {
    ...each,
    outcome,
    ranking: findings.map(({ cause }) => cause),
    claimed: claimedIn(findings),
    claimedUntimed: claimedIn(diagnose(untimed).findings),
    claimedByClient: claimedIn(diagnose(clientOnly).findings),
    scores: zScores(loadOf(facts)),
    requests: evidence.summary?.totals.requests ?? 0,
    seconds: (evidence.summary?.durationMs ?? 0) / 1_000,
    valid: evidence.verdict?.outcome !== 'invalid',
  };
}

function claimedIn(findings: readonly Finding[]): CauseId[] {
  return findings.filter(({ standing }) => standing === 'cause').map(({ cause }) => cause);
}

function folderOf({ name }: Case, kept: string): string {
  return join(kept, name.replaceAll(' ', '_'));
}
