/** The limits of the target, where they differ from the documented ones. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DEFAULT_LIMITS, type ParsedLimits, parseLimits } from '../../../src/wire/limits.ts';
import type { Settings } from '../../../src/wire/settings.ts';

/** @returns the limits in force, or one line for everything that is wrong with LIMITS_FILE */
export async function readLimits(root: string, { LIMITS_FILE: file }: Settings): Promise<ParsedLimits> {
  if (file === '') return { ok: true, limits: DEFAULT_LIMITS };
  const text = await readFile(resolve(root, file), 'utf8').catch(() => undefined);
  return text === undefined ? { ok: false, problems: [`LIMITS_FILE: ${file} can't be read.`] } : parseLimits(text);
}
