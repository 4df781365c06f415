/** prices.json, at the top of the project: what the estimate multiplies with. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { printable } from '../../src/wire/plain-text.ts';

const price = z.number().nonnegative();
const PRICES = z.object({
  currency: z.string().min(1),
  aiInputPerMillionTokens: price,
  aiOutputPerMillionTokens: price,
  embeddingPerMillionTokens: price,
  /** What leaves the platform: answers and pages. */
  egressPerGigabyte: price,
  k6CloudPerVuHour: price,
});

export type Prices = Readonly<z.infer<typeof PRICES>>;

/** @returns the prices, or one line that names file and field */
export async function readPrices(root: string): Promise<{ ok: true; prices: Prices } | { ok: false; problem: string }> {
  const text = await readFile(join(root, 'prices.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: false, problem: 'prices.json is not there.' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `prices.json is not JSON: ${printable((error as Error).message)}.` };
  }
  const parsed = PRICES.safeParse(json);
  if (parsed.success) return { ok: true, prices: parsed.data };
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  return { ok: false, problem: `prices.json: ${fields.join('; ')}.` };
}
