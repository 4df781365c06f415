/** The steps of `launchgate golive`: each is taken once, kept, and passed over when launch day goes on later. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { isLoopback, parseTarget } from '../../src/wire/guard.ts';
import {
  GOLIVE_SCHEMA,
  type GoliveEntry,
  type GoliveFile,
  type GoliveStep,
  type SignoffFile,
} from '../../src/wire/release-files.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { watchVerdict } from '../observe/watch-report.ts';
import { changesSince } from '../release/fingerprints.ts';
import { keepLaunchRecord, launchRecords } from '../release/launch-records.ts';
import { allows, newestSignoff, readSignoff, whyOver } from '../release/signoff.ts';
import { hostOf, run } from '../runs/run.ts';
import { probeHealth } from '../runs/start/health.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { watchServer } from './monitor-actions.ts';
import { monitorOutput } from './monitor-output.ts';
import { PROJECT } from './project.ts';
import { showEnd } from './run-end.ts';
import { terminalScreen } from './terminal.ts';

interface Launch {
  settings: Settings;
  /** The folder results/. */
  results: string;
  signal: AbortSignal;
  again: boolean;
  watchesMs: Readonly<Record<'first-watch' | 'second-watch', number>>;
}

/** @property text what came out, one sentence */
type Taken = { ok: true; text: string } | { ok: false; text: string; exitCode: number };

const TITLES: Readonly<Record<GoliveStep, string>> = {
  decision: 'Decision',
  health: 'Health',
  quick: 'Quick test',
  'first-watch': 'First watch',
  'second-watch': 'Second watch',
};

/** What stays for people, with the line that each answers. */
const AFTERWARDS: readonly [what: string, command: string][] = [
  ['somebody has read the error logs', './launchgate attest after.logs --by <name>'],
  ["production's figures are as the tests foretold", './launchgate attest after.figures --by <name>'],
  ['how it stands', './launchgate checklist'],
  ['if it goes wrong', 'docs/rollback.md'],
];

/** What was done for one deployment must not stand for the next, and nothing tells these apart. */
const UNNAMED =
  'the platform does not tell its revision: no step counts that was done before; TARGET_REVISION can name it.';

/** Takes the steps in order; one that fails, or Ctrl-C, ends it. */
export async function launch(request: Launch): Promise<void> {
  const { settings, results, again } = request;
  const decision = await decisionFor(settings, results);
  if (!decision.ok) return complain([decision.text], decision.exitCode);
  console.error(`Looking at ${hostOf(settings.BASE_URL)} …`);
  const health = await probeHealth(settings, request.signal);
  if (request.signal.aborted) return complain([], EXIT.interrupted);
  const revision = settings.TARGET_REVISION || (health.ok && health.revision) || '';
  if (health.ok && revision === '') console.error(`launchgate: ${UNNAMED}`);
  const record = await recordOf(
    results,
    { target: hostOf(settings.BASE_URL), revision, signoff: decision.sha256 },
    again,
  );
  const take = (step: GoliveStep, action: () => Promise<Taken>) => taken(request, record, step, action);

  const wellText = health.ok ? (health.notice ?? 'It says that it is well.') : health.problem;
  const isWell: Taken = health.ok
    ? { ok: true, text: wellText }
    : { ok: false, text: wellText, exitCode: EXIT.unreachable };
  const done =
    (await take('decision', async () => decided(decision, revision))) &&
    (await take('health', async () => isWell)) &&
    (await take('quick', () => quick(request))) &&
    (await take('first-watch', () => watched(request, 'first-watch'))) &&
    (await take('second-watch', () => watched(request, 'second-watch')));
  if (!done) return;
  console.log(
    ['', 'It is live. What is left:', ...AFTERWARDS.map(([what, command]) => `  ${what}: ${command}`)].join('\n'),
  );
}

/** Looked at each time, for little; the others once. */
const EACH_TIME: readonly GoliveStep[] = ['decision', 'health'];

/** @returns whether the next step may follow */
async function taken(
  { results, signal }: Launch,
  record: GoliveFile,
  step: GoliveStep,
  action: () => Promise<Taken>,
): Promise<boolean> {
  const before = record.entries.findLast((entry) => entry.step === step);
  if (before?.outcome === 'done' && !EACH_TIME.includes(step))
    return said(step, `${before.text} (done at ${before.at.slice(0, 16)}Z)`);
  const end = await action();
  if (signal.aborted) {
    const then = record.revision === '' ? 'begins anew' : 'goes on with it';
    complain([`${TITLES[step]} was cut short; \`./launchgate golive\` ${then}.`], EXIT.interrupted);
    return false;
  }
  const entry: GoliveEntry = {
    step,
    outcome: end.ok ? 'done' : 'failed',
    at: new Date().toISOString(),
    text: end.text,
  };
  record.entries.push(entry);
  await keepLaunchRecord(results, 'golive', record);
  if (end.ok) return said(step, end.text);
  complain([`${TITLES[step]}: ${end.text}`], end.exitCode);
  return false;
}

function said(step: GoliveStep, text: string): true {
  console.log(`${TITLES[step]}: ${text}`);
  return true;
}

/** The newest record of this launch, or a new one. */
async function recordOf(
  results: string,
  of: Pick<GoliveFile, 'target' | 'revision' | 'signoff'>,
  again: boolean,
): Promise<GoliveFile> {
  const records = again || of.revision === '' ? [] : await launchRecords(results, 'golive');
  const known = records.find(
    ({ file }) => file.target === of.target && file.revision === of.revision && file.signoff === of.signoff,
  );
  return known?.file ?? { schema: GOLIVE_SCHEMA, ...of, startedAt: new Date().toISOString(), entries: [] };
}

interface Decided {
  ok: true;
  path: string;
  sha256: string;
  signoff: SignoffFile;
}

/** The newest decision, where it can be the one for this platform. */
async function decisionFor(settings: Settings, results: string): Promise<Decided | Extract<Taken, { ok: false }>> {
  const path = await newestSignoff(results);
  const read = path ? await readSignoff(path) : undefined;
  if (!path || !read?.ok) return no('nobody has decided; `./launchgate signoff` does.', EXIT.checkFailed);
  const signoff = read.content;
  const parsed = parseTarget(settings.BASE_URL);
  if (signoff.target === 'embedded' && !(parsed.ok && isLoopback(parsed.origin.host))) {
    return no(
      `the newest decision is about the embedded platform, which is not ${hostOf(settings.BASE_URL)}.`,
      EXIT.checkFailed,
    );
  }
  const [change] = await changesSince(PROJECT, signoff.evidence);
  if (change) return no(change, EXIT.invalid);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { ok: true, path, sha256, signoff };
}

/** Whether it lets this revision go live today. */
function decided({ signoff, path }: Decided, revision: string): Taken {
  const { decision, at, revision: tested } = signoff;
  if (!allows(decision)) return no(`the decision of ${at.slice(0, 10)} is ${decision}.`, EXIT.checkFailed);
  const over = whyOver(signoff, new Date());
  if (over) return no(`${over}; \`./launchgate signoff\` decides again.`, EXIT.checkFailed);
  if (tested && revision && tested !== revision) {
    return no(`revision ${tested} was decided on, and ${revision} is deployed.`, EXIT.checkFailed);
  }
  return { ok: true, text: `${decision}, ${relative('', path)}` };
}

async function quick({ settings, signal }: Launch): Promise<Taken> {
  const screen = terminalScreen(process.stderr, process.env);
  const result = await run({ root: PROJECT, test: 'quick', settings, env: process.env, k6Args: [], screen, signal });
  const exitCode = await showEnd(result);
  if (result.kind === 'stopped') return no(result.problems.join(' '), exitCode);
  const text = `${result.verdict.outcome}, quick/${basename(result.folder)}`;
  return exitCode === EXIT.pass ? { ok: true, text } : no(text, exitCode);
}

async function watched(
  { settings, results, signal, watchesMs }: Launch,
  step: keyof Launch['watchesMs'],
): Promise<Taken> {
  const output = process.stdout.isTTY ? monitorOutput(process.stdout, process.env) : SILENT;
  const file = await watchServer({ settings, results, signal }, watchesMs[step], output);
  const text = watchVerdict(file);
  if (file.outcome === 'well') return { ok: true, text };
  return file.outcome === 'alerts'
    ? no(`${text} docs/rollback.md says when to go back.`, EXIT.checkFailed)
    : no(text, EXIT.inconclusive);
}

/** In a pipe only what came out is of use. */
const SILENT: ReturnType<typeof monitorOutput> = {
  tell: () => undefined,
  draw: () => undefined,
  close: () => undefined,
};

function no(text: string, exitCode: number): Extract<Taken, { ok: false }> {
  return { ok: false, text, exitCode };
}
