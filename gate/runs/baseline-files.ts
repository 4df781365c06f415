/** The folder of baselines, one file a test: read and written here. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BASELINE_SCHEMA, type BaselineFile } from '../../src/wire/baseline-file.ts';
import { compactJson } from './compact-json.ts';
import { runFigures, runFile } from './run-file-shapes.ts';
import { type Read, readVersioned } from './versioned-json.ts';
import { writeWhole } from './whole-file.ts';

const baseline = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  test: z.string(),
  savedAt: z.iso.datetime(),
  configuration: runFile.shape.configuration,
  windows: runFile.shape.windows,
  runs: z.array(runFigures),
});

export function baselinePath(baselines: string, test: string): string {
  return join(baselines, `${test}.json`);
}

/** @returns path of the file */
export async function writeBaseline(baselines: string, file: BaselineFile): Promise<string> {
  await mkdir(baselines, { recursive: true });
  // A figure with its distribution is a line.
  return writeWhole(baselinePath(baselines, file.test), `${compactJson(file, 4)}\n`);
}

export function readBaseline(baselines: string, test: string): Promise<Read<BaselineFile>> {
  return readVersioned(baselinePath(baselines, test), { newest: BASELINE_SCHEMA, shape: baseline });
}

/** Tests that have a baseline, in order. */
export async function testsWithBaseline(baselines: string): Promise<string[]> {
  const names = await readdir(baselines).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
