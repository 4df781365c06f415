import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { judge } from '../../gate/judge/verdict.ts';
import { writeReports } from '../../gate/report/write.ts';
import { type JsonFile, readRunJson } from '../../gate/runs/folder/run-folder.ts';
import { phasesOf } from '../../src/workloads.ts';
import { alwaysHoldsInTime, anyText, damaged, disfigured, isOneLine } from '../property.ts';
import { madeRun } from './made-run.ts';

const FILES = ['run.json', 'verdict.json', 'summary.json', 'timeline.json'] as const satisfies JsonFile[];

let results: string;
let good: string;
let folder: string;
const texts = new Map<JsonFile, string>();
before(async () => {
  results = await mkdtemp(join(tmpdir(), 'launchgate-damaged-'));
  good = await madeRun(join(results, 'good'), { startedAt: '2026-01-01T10:00:00Z', profile: 'smoke' });
  await rm(join(good, 'samples.csv'));
  folder = join(results, 'damaged');
  await cp(good, folder, { recursive: true });
  for (const name of FILES) texts.set(name, await readFile(join(good, name), 'utf8'));
});
after(() => rm(results, { recursive: true }));

/** One of the files, with something wrong in it: a value, some signs, or all of it. */
const damage = () =>
  fc.constantFrom(...FILES).chain((name) => {
    const text = texts.get(name)!;
    const wrong = fc.oneof(
      { weight: 6, arbitrary: disfigured(JSON.parse(text)).map((value) => JSON.stringify(value) ?? '') },
      { weight: 1, arbitrary: damaged(fc.constant(text)) },
      { weight: 1, arbitrary: anyText },
    );
    return fc.record({ name: fc.constant(name), text: wrong });
  });

/** Looks at the run with this one file as it is, and puts it right again. */
async function withDamage(name: JsonFile, text: string, look: () => Promise<void>): Promise<void> {
  await writeFile(join(folder, name), text);
  try {
    await look();
  } finally {
    await writeFile(join(folder, name), texts.get(name)!);
  }
}

test('a file of a run that was damaged is refused in one line, or is still one that can be judged', async () => {
  const phases = phasesOf('chat', 'smoke');
  await alwaysHoldsInTime(
    fc.asyncProperty(damage(), ({ name, text }) =>
      withDamage(name, text, async () => {
        const read = await readRunJson(folder, name);
        if (!read.ok) return assert.ok(isOneLine(read.problem), read.problem);
        const [run, summary] = [await readRunJson(folder, 'run.json'), await readRunJson(folder, 'summary.json')];
        if (!run.ok || !summary.ok || run.content.test !== 'chat') return;
        const { outcome, criteria } = judge({
          run: run.content,
          summary: summary.content,
          rebuilt: false,
          phases,
          pace: 1,
        });
        if (outcome === 'pass') assert.ok(criteria.every(({ seen, outcome: each }) => each !== 'pass' || seen > 0));
      }),
    ),
    200,
  );
});

test('reports of a run of which a file was damaged say what they lack, or that there is nothing to report', async () => {
  await alwaysHoldsInTime(
    fc.asyncProperty(damage(), ({ name, text }) =>
      withDamage(name, text, async () => {
        const written = await writeReports(folder).catch((error: Error) => error);
        const lines = written instanceof Error ? [written.message] : written.problems;
        assert.ok(lines.every(isOneLine), lines.join('\n'));
        if (written instanceof Error) assert.match(written.message, /holds no run that can be reported/);
      }),
    ),
    15,
  );
});
