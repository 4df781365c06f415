/** The folder of baselines, one file a test: read and written here. */
import { mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { BASELINE_SCHEMA, type BaselineFile } from '../../../src/wire/baseline-file.ts';
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

/** @returns path of the file */
export async function writeBaseline(baselines: string, file: BaselineFile): Promise<string> {
  await mkdir(baselines, { recursive: true });
  // A figure with its distribution is a line.
  return writeWhole(pathOf(baselines, file.test), `${compactJson(file, 4)}\n`);
}

/** `problem` names the file, and is a whole line but for the full stop. */
export async function readBaseline(baselines: string, test: string): Promise<Read<BaselineFile>> {
  const path = pathOf(baselines, test);
  const read = await readVersioned<BaselineFile>(path, { newest: BASELINE_SCHEMA, shape: baseline });
  if (!read.ok) return { ...read, problem: `${relative('', path)} ${read.problem}` };
  const { test: of } = read.content;
  return of === test ? read : { ok: false, missing: false, problem: `${relative('', path)} is a baseline of ${of}` };
}

function pathOf(baselines: string, test: string): string {
  return join(baselines, `${test}.json`);
}

/** Tests that have a baseline, in order. */
export async function testsWithBaseline(baselines: string): Promise<string[]> {
  const names = await readdir(baselines).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
