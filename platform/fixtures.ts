/** Reads the CSV files that the platform starts with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import {
  type FixtureName,
  type FixtureRows,
  fixtureProblem,
  type UserRow,
  type VideoRow,
} from '../src/wire/fixtures.ts';
import { StartError } from './start-error.ts';

export interface Fixtures {
  users: UserRow[];
  videos: VideoRow[];
}

/** @throws StartError with one line that names file, line and column */
export function loadFixtures(folder: string): Fixtures {
  return { users: load(folder, 'users'), videos: load(folder, 'videos') };
}

function load<Name extends FixtureName>(folder: string, name: Name): FixtureRows[Name][] {
  const path = join(folder, `${name}.csv`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new StartError(`${path} can't be read; run \`./launchgate data generate\`, or start with --empty.`);
  }
  const parsed = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const problem = fixtureProblem(name, parsed);
  if (problem) throw new StartError(problem);
  return parsed.data as unknown as FixtureRows[Name][];
}
