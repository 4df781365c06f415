import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { CHECKLIST, parseChecklist } from '../../gate/release/checklist-file.ts';
import { appendToLedger, type NewEntry, readLedger } from '../../gate/release/ledger.ts';
import { MUST_LINES } from '../../gate/release/must-lines.ts';
import { readCosts } from '../../gate/runs/folder/costs.ts';
import { readPrices } from '../../gate/target/prices.ts';
import { alwaysHolds, alwaysHoldsInTime, anyText, damaged, disfigured, isOneLine } from '../property.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-own-files-'));
});
after(() => rm(folder, { recursive: true }));

const checklist = await readFile(CHECKLIST, 'utf8');
const parsed = parseChecklist(checklist);
assert.ok(parsed.ok);

test('a checklist that was damaged still has every line that the launch hangs on, or is refused line by line', () => {
  const part = { id: 'p', phase: 'Phase 1', title: 'Part', due: 'before' };
  const line = {
    id: 'a.b',
    text: 'A line',
    kind: 'measured',
    severity: 'must',
    evidence: { ran: ['chat'] },
    command: 'x',
  };
  const small = { schema: 1, parts: [{ ...part, lines: [line] }] };
  const yaml = fc.oneof(
    { weight: 2, arbitrary: damaged(fc.constant(checklist)) },
    { weight: 5, arbitrary: disfigured(small).map((value) => stringify(value) ?? '') },
    { weight: 1, arbitrary: anyText },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '&a [*a]',
        'a: &x {b: *x}',
        '? {a: 1}\n: 2',
        '--- 1\n--- 2',
        '{schema: 1, parts: [&p {lines: [*p]}]}',
      ),
    },
  );
  alwaysHolds(
    fc.property(yaml, (text) => {
      const read = parseChecklist(text);
      if (read.ok)
        return assert.ok(
          Object.values(MUST_LINES)
            .flat()
            .every((id) => read.lines.some((each) => each.id === id)),
        );
      assert.ok(read.problems.length > 0);
      for (const problem of read.problems) assert.ok(isOneLine(problem) && problem.startsWith(CHECKLIST), problem);
    }),
    60,
  );
});

test('prices and costs that were damaged are amounts, or one line that names the file', async () => {
  for (const name of ['costs.json', 'prices.json'] as const) {
    const good = await readFile(name, 'utf8');
    const text = fc.oneof(
      disfigured(JSON.parse(good)).map((value) => JSON.stringify(value, null, 2) ?? ''),
      damaged(fc.constant(good)),
    );
    await alwaysHoldsInTime(
      fc.asyncProperty(text, async (content) => {
        await writeFile(join(folder, name), content);
        const read = name === 'costs.json' ? await readCosts(join(folder, name)) : await readPrices(folder);
        if (!read.ok) return assert.ok(isOneLine(read.problem) && read.problem.startsWith(name), read.problem);
        const numbers: unknown[] = JSON.stringify(read).match(/:-?[\d.e+]+/g) ?? [];
        assert.ok(
          numbers.every((number) => !String(number).startsWith(':-')),
          JSON.stringify(read),
        );
      }),
      60,
    );
  }
});

const entry: fc.Arbitrary<NewEntry> = fc.record({
  kind: fc.constant('answer' as const),
  answer: fc.constantFrom('yes' as const, 'no' as const, 'not-yet' as const),
  line: fc.constantFrom('a.b', 'c.d'),
  by: anyText,
  at: fc.constant('2026-01-01T00:00:00Z'),
  note: anyText,
  target: fc.constant('embedded'),
  setup: anyText,
  revision: fc.constant(''),
});
let ledgers = 0;
/** A ledger with these entries, answered one after the other. */
async function ledgerOf(entries: readonly NewEntry[]): Promise<string> {
  ledgers += 1;
  const path = join(folder, `${ledgers}.jsonl`);
  for (const each of entries) await appendToLedger(path, [each]);
  return path;
}

test('answers are kept as they were given, and one that was changed, taken out or put in is found', async () => {
  const change = fc.record({ at: fc.nat(), by: fc.constantFrom('taken out', 'changed', 'doubled') });
  await alwaysHoldsInTime(
    fc.asyncProperty(fc.array(entry, { minLength: 2, maxLength: 5 }), change, async (entries, { at, by }) => {
      const path = await ledgerOf(entries);
      const { entries: kept, problems } = await readLedger(path);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        kept.map(({ previous: _, schema: __, ...rest }) => rest),
        JSON.parse(JSON.stringify(entries)),
      );
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      // The last one has nothing behind it that would tell.
      const index = at % (lines.length - 1);
      const line = lines[index]!;
      const instead = { 'taken out': [], changed: [line.replace(/"at":"2026/, '"at":"2025')], doubled: [line, line] }[
        by
      ]!;
      lines.splice(index, 1, ...instead);
      await writeFile(path, `${lines.join('\n')}\n`);
      const found = await readLedger(path);
      assert.ok(found.problems.length > 0 && found.problems.every(isOneLine), found.problems.join('\n'));
    }),
    30,
  );
});
