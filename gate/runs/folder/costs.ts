/** costs.json, at the top of the project, and the newest capacity of each of its setups. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CAPACITY_SCHEMA, type CapacityFile } from '../../../src/wire/capacity-file.ts';
import { printable } from '../../../src/wire/plain-text.ts';
import type { Costs } from '../../judge/plan.ts';
import { type Read, readVersioned } from './versioned-json.ts';

const amount = z.number().nonnegative();
const name = z.string().min(1);
const COSTS = z.object({
  currency: name,
  setups: z.array(
    z.object({
      name,
      items: z.record(z.string(), amount),
      claims: z.object({ users: amount.optional(), videosPerHour: amount.optional() }).optional(),
      ai: z
        .object({ requestsPerMinute: amount, inputTokensPerMinute: amount, outputTokensPerMinute: amount })
        .optional(),
      videoWorkers: amount.optional(),
    }),
  ),
  fixes: z.array(z.object({ name, monthly: amount, lifts: z.array(name) })),
});

/** @returns the costs, or one line that names file and field */
export async function readCosts(path: string): Promise<{ ok: true; costs: Costs } | { ok: false; problem: string }> {
  const file = basename(path);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: false, problem: `${file} is not there.` };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `${file} is not JSON: ${printable((error as Error).message)}.` };
  }
  const parsed = COSTS.safeParse(json);
  if (parsed.success) return { ok: true, costs: parsed.data };
  const fields = parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
  return { ok: false, problem: `${file}: ${fields.join('; ')}.` };
}

const users = z.number().nonnegative();
const CAPACITY = z.object({
  schema: z.literal(CAPACITY_SCHEMA),
  test: name,
  setup: z.string(),
  target: name,
  low: users,
  high: users.nullable(),
  binding: z.string(),
  headroom: z.array(z.object({ criterion: name, used: z.number() })),
});

export function readCapacity(path: string): Promise<Read<CapacityFile>> {
  return readVersioned(path, { newest: CAPACITY_SCHEMA, shape: CAPACITY });
}

/** The newest answer of the capacity search of a test for each setup of the embedded platform, without changes to it. */
export async function newestCapacities(results: string, test: string): Promise<Map<string, CapacityFile>> {
  const names = await readdir(join(results, test)).catch(() => []);
  const found = new Map<string, CapacityFile>();
  for (const file of names.filter((each) => /^capacity-.*\.json$/.test(each)).sort()) {
    const read = await readCapacity(join(results, test, file));
    if (read.ok) found.set(read.content.setup || read.content.target, read.content);
  }
  return found;
}
