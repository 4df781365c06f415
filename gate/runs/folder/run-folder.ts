/**
 * The run folder `results/<test>/<UTC time>-<profile>/`: made here, written and read here, never overwritten.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { access, constants, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { COMPARISON_SCHEMA, type ComparisonFile } from '../../../src/wire/comparison-file.ts';
import { SUMMARY_SCHEMA, type Summary } from '../../../src/wire/facts.ts';
import { RUN_SCHEMA, type RunFile, VERDICT_SCHEMA, type Verdict } from '../../../src/wire/run-files.ts';
import { TIMELINE_SCHEMA, type Timeline } from '../../../src/wire/timeline.ts';
import { fileErrorText } from './file-error.ts';
import * as shapes from './run-file-shapes.ts';
import { type Format, type Read, readVersioned } from './versioned-json.ts';
import { writeWhole } from './whole-file.ts';

/** Files of a run folder that are JSON with a schema number. */
export interface JsonFiles {
  'summary.json': Summary;
  'run.json': RunFile;
  'verdict.json': Verdict;
  'timeline.json': Timeline;
  'comparison.json': ComparisonFile;
}
export type JsonFile = keyof JsonFiles;

const FORMATS: Record<JsonFile, Format> = {
  'summary.json': { newest: SUMMARY_SCHEMA, shape: shapes.summary },
  'run.json': { newest: RUN_SCHEMA, shape: shapes.runFile },
  'verdict.json': { newest: VERDICT_SCHEMA, shape: shapes.verdict },
  'timeline.json': { newest: TIMELINE_SCHEMA, shape: shapes.timeline },
  'comparison.json': { newest: COMPARISON_SCHEMA, shape: shapes.comparison },
};

/** Plain while k6 writes, so that a killed run is readable; `samples.csv.gz` afterwards. */
export const SAMPLES = 'samples.csv';
export const CONTRACT = 'contract.json';

/** Where the runs of a test are kept. */
export function runsFolder(root: string, test: string): string {
  return join(root, 'results', test);
}

/** One line when no run folder can be made for this test. */
export async function resultsProblem(root: string, test: string): Promise<string | undefined> {
  const folder = runsFolder(root, test);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `results can't be written to ${folder} (${(error as NodeJS.ErrnoException).code}); make it writable.`;
  }
}

/** Makes a new run folder; a second run in the same second gets `-2`. @returns its path */
export async function createRunFolder(root: string, test: string, profile: string, at: Date): Promise<string> {
  const time = at.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let attempt = 1; ; attempt++) {
    const path = join(runsFolder(root, test), `${time}Z-${profile}${attempt === 1 ? '' : `-${attempt}`}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Takes back the folder of a run that sent no load: what was found of the contract has been told. */
export async function removeRunFolder(folder: string): Promise<void> {
  await rm(join(folder, CONTRACT), { force: true })
    .then(() => rmdir(folder))
    .catch(() => undefined);
}

export async function writeRunJson<Name extends JsonFile>(folder: string, name: Name, content: JsonFiles[Name]) {
  // A timeline is numbers by the ten thousand, which nobody reads line by line.
  const indent = name === 'timeline.json' ? undefined : 2;
  await writeWhole(join(folder, name), `${JSON.stringify(content, null, indent)}\n`);
}

/** Writes what can be written. @returns a line for each file that can't */
export async function keepFiles(folder: string, files: Partial<JsonFiles>): Promise<string[]> {
  const unkept: string[] = [];
  for (const name of Object.keys(files) as JsonFile[]) {
    await writeRunJson(folder, name, files[name]!).catch((error) =>
      unkept.push(`${join(folder, name)} can't be written: ${fileErrorText(error)}.`),
    );
  }
  return unkept;
}

export function readRunJson<Name extends JsonFile>(folder: string, name: Name): Promise<Read<JsonFiles[Name]>> {
  return readVersioned(join(folder, name), FORMATS[name]);
}

/** The samples of a folder, packed or plain; undefined when there are none. */
export function samplesIn(folder: string): string | undefined {
  return [`${SAMPLES}.gz`, SAMPLES].map((name) => join(folder, name)).find(existsSync);
}

/** Packs the samples, if k6 left any. The plain file goes only when the packed one is whole. */
export async function packSamples(folder: string): Promise<void> {
  const plain = join(folder, SAMPLES);
  if (!existsSync(plain)) return;
  const packed = `${plain}.gz`;
  const unfinished = `${packed}.part`;
  try {
    await pipeline(createReadStream(plain), createGzip({ level: 4 }), createWriteStream(unfinished));
    await rename(unfinished, packed);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rm(plain);
}
