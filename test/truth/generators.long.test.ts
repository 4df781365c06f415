import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { phasesOf } from '../../src/workloads.ts';
import { compareCounts, comparePercentiles, differences } from './compare.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

/** What too few samples, or a quarter of the messages, can't carry. */
const ONLY_TOGETHER = ['chat.p99', 'chat.failures.normal', 'chat.throughput'];

let platform: Embedded;
before(async () => {
  platform = await startEmbedded({}, '--setup', 'recommended');
});
after(() => platform.stop());

test('One process and four that share its load see what the platform did, and come to the same verdict', async (context) => {
  const runs = [];
  for (const generators of ['1', '4']) {
    const run = await platform.run('chat', 'gate', '--generators', generators);
    context.diagnostic(`GENERATORS=${generators}\n${run.output}`);
    const comparisons = [...compareCounts(run), ...comparePercentiles(run)];
    for (const { what, seen, truth } of comparisons) context.diagnostic(`${what}: ${seen}, really ${truth}`);
    assert.ok(comparisons.length > 0);
    assert.deepEqual(differences(comparisons), [], run.output);
    runs.push({ ...run, verdict: await read<Verdict>(run.folder, 'verdict.json') });
  }
  const [one, four] = runs as [(typeof runs)[0], (typeof runs)[0]];
  assert.equal(four.verdict.outcome, 'pass', four.output);
  assert.deepEqual(outcomes(four.verdict), outcomes(one.verdict));

  const run = await read<RunFile>(four.folder, 'run.json');
  for (const { name } of run.shares!) {
    const summary = await read<Summary>(join(four.folder, name), 'summary.json');
    const alone = judge({ summary, rebuilt: false, run, signals: [], phases: phasesOf('chat', 'gate'), pace: 1 });
    context.diagnostic(`${name} alone: ${JSON.stringify(outcomes(alone))}`);
    for (const criterion of ONLY_TOGETHER) {
      assert.notEqual(outcomes(alone)[criterion], 'pass', `${name} ${criterion}`);
      assert.equal(outcomes(four.verdict)[criterion], 'pass', criterion);
    }
  }
});

function outcomes({ criteria }: Verdict): Record<string, string> {
  return Object.fromEntries(criteria.map(({ criterion, outcome }) => [criterion, outcome]));
}

async function read<File>(folder: string, name: string): Promise<File> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as File;
}
