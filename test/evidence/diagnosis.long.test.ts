/** The small form of `make diagnose-check`: each weak point once, and three healthy platforms. About 12 minutes. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { diagnosedRuns, makeRuns } from './diagnosed-runs.ts';
import { cases } from './diagnosis-cases.ts';
import { accuracyReport, type Diagnosed } from './diagnosis-report.ts';

let kept: string;
let runs: Diagnosed[];

before(async () => {
  kept = await mkdtemp(join(tmpdir(), 'launchgate-diagnosed-'));
  const few = cases([21], 3).filter(({ group, strength }) => group === 'healthy' || strength === 'strong');
  await makeRuns(few, kept, 1);
  runs = await diagnosedRuns(few, kept);
  assert.equal(runs.length, few.length);
});
after(() => rm(kept, { recursive: true, force: true }));

test('each weak point is named first where it alone is there', (context) => {
  context.diagnostic(accuracyReport(runs, { seeds: '21', minutes: 0, made: runs.length }));
  const wrong = runs.filter(({ group, causes, claimed }) => group === 'single' && claimed[0] !== causes[0]);
  assert.deepEqual(
    wrong.map(({ name, claimed }) => [name, claimed]),
    [],
  );
});

test('a healthy platform raises no alarm', () => {
  const alarms = runs.filter(({ group, claimed }) => group === 'healthy' && claimed.length > 0);
  assert.deepEqual(
    alarms.map(({ name, claimed }) => [name, claimed]),
    [],
  );
});
