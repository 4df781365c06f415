import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { writeBaseline } from '../../gate/runs/folder/baseline-files.ts';
import { runsForBaseline } from '../../gate/runs/folder/choose-runs.ts';
import { planPrune, removeRuns } from '../../gate/runs/folder/prune.ts';
import { baselineOf } from '../../gate/runs/samples/run-figures.ts';
import { storeRuns } from './store-run.ts';

let root: string;
let results: string;
let baselines: string;
let chat: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-prune-'));
  results = join(root, 'results');
  baselines = join(root, 'baselines');
  chat = await storeRuns(results, '2026-03-01', [2_700, 2_700, 2_700, 2_700]);
  await mkdir(join(results, 'auth', '2026-03-01T09-00-00Z-gate'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

async function plan(keep: number) {
  const planned = await planPrune(results, baselines, keep);
  if (!planned.ok) assert.fail(planned.problems.join());
  return planned;
}
const names = (runs: { test: string; name: string }[]) => runs.map(({ test: of, name }) => `${of}/${name}`);

test('the newest of each test stay', async () => {
  const { remove } = await plan(3);
  assert.deepEqual(names(remove), [`chat/${chat[0]}`]);
});

test('runs that a baseline is made of stay, however old', async () => {
  const chosen = await runsForBaseline({ results, test: 'chat', named: chat.slice(0, 3) });
  await writeBaseline(baselines, await baselineOf(chosen.ok ? chosen.runs : []));
  const newer = await storeRuns(results, '2026-03-02', [2_700, 2_700]);
  const { remove, spared } = await plan(1);
  assert.deepEqual(names(remove), [`chat/${newer[0]}`, `chat/${chat[3]}`]);
  assert.deepEqual(names(spared), [`chat/${chat[2]}`, `chat/${chat[1]}`, `chat/${chat[0]}`]);
});

test('while a baseline can’t be read nothing goes', async () => {
  await mkdir(baselines);
  await writeFile(join(baselines, 'chat.json'), '{"schema": 1,');
  const planned = await planPrune(results, baselines, 1);
  if (planned.ok) assert.fail('it was planned');
  assert.match(planned.problems.join(), /chat\.json is cut off or no JSON; mend it or delete it first\.$/);
});

test('what was planned goes, and nothing else', async () => {
  await removeRuns((await plan(3)).remove);
  assert.deepEqual((await readdir(join(results, 'chat'))).sort(), chat.slice(1));
});
