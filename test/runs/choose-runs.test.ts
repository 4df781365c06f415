import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Chosen, identicalRuns, runsForBaseline, runsToCompare } from '../../gate/runs/folder/choose-runs.ts';
import { baselineOf } from '../../gate/runs/samples/run-figures.ts';
import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import { healthyRun } from '../judge/healthy-run.ts';
import { storeRun, storeRuns } from './store-run.ts';

const FIVE = [2_600, 2_650, 2_700, 2_750, 2_800];

let results: string;
beforeEach(async () => {
  results = await mkdtemp(join(tmpdir(), 'launchgate-choose-'));
});
afterEach(() => rm(results, { recursive: true }));

const choice = (...named: string[]) => ({ results, test: 'chat', named });

function names(chosen: Chosen): string[] {
  if (!chosen.ok) assert.fail(chosen.problems.join('\n'));
  return chosen.runs.map(({ name }) => name);
}

function problems(chosen: Chosen): string[] {
  return chosen.ok ? assert.fail(`chosen: ${names(chosen).join()}`) : chosen.problems;
}

describe('for a baseline', () => {
  test('the newest five of one version are taken, invalid ones passed over', async () => {
    const seven = await storeRuns(results, '2026-03-01', [2_500, 2_500, ...FIVE]);
    await storeRun(results, { startedAt: '2026-03-02T00:00:00.000Z', run: { k6: broken() } });
    assert.deepEqual(names(await runsForBaseline(choice())), seven.slice(2).reverse());
  });

  test('of runs whose version nobody knows, those of one --repeat belong together', async () => {
    await storeRuns(results, '2026-03-01', FIVE, { revision: '', series: 'first' });
    const second = await storeRuns(results, '2026-03-02', FIVE.slice(1), { revision: 'a1+', series: 'second' });
    assert.deepEqual(names(await runsForBaseline(choice())), second.reverse());
  });

  test('too few are refused, with what sets the next older run apart', async () => {
    await storeRuns(results, '2026-03-01', FIVE, {
      run: { configuration: { ...healthyRun().configuration, pace: 2 } },
    });
    const [, newest] = await storeRuns(results, '2026-03-02', [2_700, 2_700]);
    const [problem] = problems(await runsForBaseline(choice()));
    assert.equal(
      problem,
      `a baseline takes 5 runs, at least 3, and there are 2 (pace 1 in ${newest}, 2 in 2026-03-01T10-04-00Z-gate); \`./launchgate run chat --profile gate --repeat 5\` makes them.`,
    );
  });

  test('too few because the target does not tell its revision are refused with what to do', async () => {
    await storeRuns(results, '2026-03-01', FIVE, { revision: '' });
    assert.match(
      problems(await runsForBaseline(choice()))[0]!,
      /there is 1 \(the revision of the target is unknown, so/,
    );
  });

  test('runs that held other phases do not belong together', async () => {
    const [hold] = healthyRun().windows;
    await storeRuns(results, '2026-03-01', FIVE, { run: { windows: [{ ...hold!, toMs: hold!.fromMs + 30_000 }] } });
    await storeRuns(results, '2026-03-02', [2_700]);
    assert.match(problems(await runsForBaseline(choice()))[0]!, /holds normal 190 s in .*, normal 30 s in /);
  });

  test('none at all is one line with what to do', async () => {
    assert.deepEqual(problems(await runsForBaseline(choice())), [
      'no stored run of chat can be evidence; `./launchgate run chat --repeat 5` makes some.',
    ]);
  });

  test('named runs are taken as they are named, once', async () => {
    const [first, second, third] = await storeRuns(results, '2026-03-01', FIVE);
    const chosen = await runsForBaseline(choice(first!, `chat/${third}`, second!, first!));
    assert.deepEqual(names(chosen), [third, second, first]);
  });

  test('named runs that can’t be evidence are all refused at once, each with its reason', async () => {
    const invalid = await storeRun(results, { startedAt: '2026-03-01T10:00:00.000Z', run: { k6: broken() } });
    const smoke = await storeRun(results, { startedAt: '2026-03-01T11:00:00.000Z', run: { profile: 'smoke' } });
    const half = '2026-03-01T12-00-00Z-gate';
    await mkdir(join(results, 'chat', half));
    await writeFile(join(results, 'chat', half, 'contract.json'), '{}');
    const newer = await storeRun(results, { startedAt: '2026-03-01T13:00:00.000Z' });
    await writeFile(join(results, 'chat', newer, 'summary.json'), '{"schema": 99}');
    assert.deepEqual(problems(await runsForBaseline(choice(invalid, smoke, half, newer, 'lost'))), [
      `${invalid} can't be evidence: k6 was ended by SIGKILL.`,
      `${smoke} can't be evidence: smoke proves nothing about load.`,
      `${half} can't be evidence: run.json is missing; verdict.json is missing.`,
      `${newer} can't be evidence: summary.json has schema 99, this launchgate reads up to 1: update launchgate.`,
      `there is no run "lost" in ${results}; the newest is chat/${newer}, and \`./launchgate results list\` has all.`,
    ]);
  });

  test('named runs of several configurations are refused, with the difference named', async () => {
    const [one, two] = await storeRuns(results, '2026-03-01', FIVE);
    const configuration = { ...healthyRun().configuration, users: 60, seed: 2 };
    const other = await storeRun(results, { startedAt: '2026-03-02T10:00:00.000Z', run: { configuration } });
    assert.deepEqual(problems(await runsForBaseline(choice(one!, two!, other))), [
      `these runs are of several configurations: users 100 in ${one}, 60 in ${other}; data seed 1 in ${one}, 2 in ${other}.`,
    ]);
  });

  test('named runs of several revisions are taken, with a word', async () => {
    const [one, two] = await storeRuns(results, '2026-03-01', [2_700, 2_700]);
    const [three] = await storeRuns(results, '2026-03-02', [2_700], { revision: 'b2' });
    const chosen = await runsForBaseline(choice(one!, two!, three!));
    assert.match(chosen.ok ? chosen.notice : '', /several revisions of the target \(a1, b2\)/);
  });
});

describe('to be compared', () => {
  let baseline: BaselineFile;
  beforeEach(async () => {
    await storeRuns(results, '2026-03-01', FIVE);
    const chosen = await runsForBaseline(choice());
    baseline = await baselineOf(chosen.ok ? chosen.runs : []);
  });

  test('the newest run is taken with its kin, and nothing of the baseline', async () => {
    await storeRuns(results, '2026-03-02', FIVE, { revision: 'b2' });
    const newest = await storeRuns(results, '2026-03-03', [2_700, 2_700], { revision: 'c3' });
    assert.deepEqual(names(await runsToCompare(choice(), baseline)), newest.reverse());
  });

  test('further runs of the baseline’s own version can be compared with it', async () => {
    const more = await storeRuns(results, '2026-03-02', [2_700, 2_700]);
    assert.deepEqual(names(await runsToCompare(choice(), baseline)), more.reverse());
  });

  test('a newest run that can’t be evidence is refused: an older one would speak of an older version', async () => {
    await storeRuns(results, '2026-03-02', FIVE, { revision: 'b2' });
    const smoke = await storeRun(results, { startedAt: '2026-03-03T10:00:00.000Z', run: { profile: 'smoke' } });
    assert.deepEqual(problems(await runsToCompare(choice(), baseline)), [
      `${smoke} can't be evidence: smoke proves nothing about load; make another, or name the runs to compare.`,
    ]);
  });

  test('a folder that was half written is no run yet', async () => {
    const [run] = await storeRuns(results, '2026-03-02', [2_700], { revision: 'b2' });
    await mkdir(join(results, 'chat', '2026-03-03T10-00-00Z-gate'));
    assert.deepEqual(names(await runsToCompare(choice(), baseline)), [run]);
  });

  test('a run without a known revision stands alone, and the reason is told', async () => {
    await storeRuns(results, '2026-03-02', [2_700, 2_700], { revision: '' });
    const chosen = await runsToCompare(choice(), baseline);
    assert.equal(names(chosen).length, 1);
    assert.match(chosen.ok ? chosen.notice : '', /revision of the target is unknown/);
  });

  test('a run of the baseline is not compared with itself', async () => {
    assert.match(problems(await runsToCompare(choice(), baseline))[0]!, /^the baseline itself is made of 2026-03-01T/);
    const [fresh] = await storeRuns(results, '2026-03-02', [2_700]);
    const chosen = await runsToCompare(choice(fresh!, '2026-03-01T10-00-00Z-gate'), baseline);
    assert.match(problems(chosen)[0]!, /made of 2026-03-01T10-00-00Z-gate;/);
  });
});

describe('to be checked against each other', () => {
  test('all stored runs of the baseline’s version are taken, and the newest kin where there is no baseline', async () => {
    await storeRuns(results, '2026-03-01', [...FIVE, ...FIVE]);
    const chosen = await runsForBaseline(choice());
    const baseline = await baselineOf(chosen.ok ? chosen.runs : []);
    await storeRuns(results, '2026-03-02', [2_700], { revision: 'b2' });
    assert.equal(names(await identicalRuns(choice(), baseline)).length, 10);
    assert.deepEqual(names(await identicalRuns(choice())), ['2026-03-02T10-00-00Z-gate']);
  });
});

/** Of a k6 that was killed. */
function broken() {
  return { exitCode: null, signal: 'SIGKILL', binary: 'k6', errors: [] };
}
