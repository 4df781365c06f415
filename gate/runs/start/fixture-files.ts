/** Reads the CSV files of fixtures/. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { FIXTURE_COLUMNS, type FixtureName, type FixtureRows, fixtureProblem } from '../../../src/wire/fixtures.ts';

export type Fixtures = { readonly [Name in FixtureName]: readonly FixtureRows[Name][] };

export type ReadFixtures = { ok: true; fixtures: Fixtures } | { ok: false; problems: string[] };

/**
 * @param root the project's folder
 * @returns all rows, or one line for each file that can't be used
 */
export async function readFixtures(root: string): Promise<ReadFixtures> {
  const problems: string[] = [];
  const fixtures: Partial<Record<FixtureName, unknown>> = {};
  for (const name of Object.keys(FIXTURE_COLUMNS) as FixtureName[]) {
    const text = await readFile(join(root, 'fixtures', `${name}.csv`), 'utf8').catch(() => undefined);
    if (text === undefined) {
      problems.push(`fixtures/${name}.csv is not there; run \`./launchgate data generate\`.`);
      continue;
    }
    const parsed = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
    const problem = fixtureProblem(name, parsed);
    if (problem) problems.push(problem);
    fixtures[name] = parsed.data;
  }
  return problems.length === 0 ? { ok: true, fixtures: fixtures as Fixtures } : { ok: false, problems };
}
