/**
 * `make diagnose-check`: how often the diagnosis is right, on runs of the embedded platform in which it is known what is
 * wrong. Each weak point alone at two strengths and two seeds, healthy platforms, pairs, and faults that are none of the
 * weak points; beside it random choice and plain z-scores on the same runs. The diagnosis reads what a run leaves of any
 * deployment: neither switches nor the platform's own record.
 *
 *   --seeds 1,2   --healthy 30   --jobs 1 (runs at a time)   --keep DIR (runs stay there, and are not made twice)
 *   --write       puts the table into docs/diagnosis.md
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadOf } from '../../gate/judge/calm-and-load.ts';
import { diagnose } from '../../gate/judge/diagnose.ts';
import { factsOf } from '../../gate/runs/diagnosis.ts';
import { readEvidence } from '../../gate/runs/evidence.ts';
import { type Case, cases, SHORT_HOLDS } from './diagnosis-cases.ts';
import { accuracyReport, type Diagnosed } from './diagnosis-report.ts';
import { ShortProject } from './short-project.ts';
import { zScores } from './z-scores.ts';

const DOCUMENT = 'docs/diagnosis.md';
const MARKS = ['<!-- figures: make diagnose-check ARGS=--write -->', '<!-- end of figures -->'] as const;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2' },
    healthy: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '1' },
    keep: { type: 'string', default: join('.cache', 'diagnose-check') },
    write: { type: 'boolean', default: false },
  },
});

const started = Date.now();
const wanted = cases(values.seeds.split(',').map(Number), Number(values.healthy));
await mkdir(values.keep, { recursive: true });
const folderOf = ({ name }: Case) => join(values.keep, name.replaceAll(' ', '_'));
const missing = wanted.filter((each) => !existsSync(folderOf(each)));
if (missing.length > 0) await makeRuns(missing);
const diagnosed = await Promise.all(wanted.filter((each) => existsSync(folderOf(each))).map(diagnosedCase));
const text = accuracyReport(diagnosed, {
  seeds: values.seeds,
  minutes: (Date.now() - started) / 60_000,
  made: missing.length,
});
console.log(text);
if (values.write) await writeDocument(text);

async function makeRuns(left: Case[]): Promise<void> {
  const project = await ShortProject.make(SHORT_HOLDS);
  const total = left.length;
  const work = async () => {
    for (let each = left.shift(); each; each = left.shift()) {
      console.error(`${total - left.length} of ${total}: ${each.name}`);
      await makeRun(project, each);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  await project.remove();
}

/** Its exit code is the verdict, which is no matter here. */
async function makeRun(project: ShortProject, each: Case): Promise<void> {
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
  await cp(join(project.root, folder), folderOf(each), { recursive: true });
}

async function diagnosedCase(each: Case): Promise<Diagnosed> {
  const evidence = await readEvidence(folderOf(each));
  const facts = factsOf(evidence);
  if (!facts) throw new Error(`${each.name}: ${evidence.problems.join('; ')}`);
  const { outcome, findings } = diagnose(facts);
  return {
    ...each,
    outcome,
    ranking: findings.map(({ cause }) => cause),
    claimed: findings.filter(({ standing }) => standing === 'cause').map(({ cause }) => cause),
    scores: zScores(loadOf(facts)),
    requests: evidence.summary?.totals.requests ?? 0,
    seconds: (evidence.summary?.durationMs ?? 0) / 1_000,
    valid: evidence.verdict?.outcome !== 'invalid',
  };
}

async function writeDocument(table: string): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const [from, to] = MARKS.map((mark) => document.indexOf(mark));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error(`${DOCUMENT} has no place for figures`);
  const head = document.slice(0, from + MARKS[0].length);
  await writeFile(DOCUMENT, `${head}\n\n${table}\n\n${document.slice(to)}`);
  console.error(`written to ${DOCUMENT}`);
}
