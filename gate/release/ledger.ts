/**
 * attestations.jsonl, at the top of the project: what people answered, one line an entry, made to be committed. Entries
 * are only ever added: each carries the SHA-256 of the line before, so that an earlier answer can't be changed unseen.
 */
import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import {
  ANSWERS,
  type Attestation,
  LEDGER_SCHEMA,
  type LedgerEntry,
  type Waiver,
} from '../../src/wire/release-files.ts';

const signed = {
  schema: z.literal(LEDGER_SCHEMA),
  line: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  note: z.string(),
  target: z.string(),
  setup: z.string(),
  revision: z.string(),
  previous: z.string(),
};
const entry = z.discriminatedUnion('kind', [
  z.object({ ...signed, kind: z.literal('answer'), answer: z.enum(ANSWERS) }),
  z.object({ ...signed, kind: z.literal('waiver'), until: z.iso.date() }),
]);

export interface Ledger {
  entries: LedgerEntry[];
  /** Each makes the whole ledger untrustworthy. */
  problems: string[];
}

/** All entries, in order; none where nobody has answered yet. */
export async function readLedger(path: string): Promise<Ledger> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const entries: LedgerEntry[] = [];
  const problems: string[] = [];
  let previous = '';
  for (const [index, line] of linesOf(text).entries()) {
    const read = parsedEntry(line);
    const where = `${basename(path)} line ${index + 1}`;
    if (!read) problems.push(`${where} is no entry of launchgate.`);
    else if (read.previous !== previous) {
      problems.push(`${where} does not follow the line before it, which was changed, taken out or put in between.`);
    }
    if (read) entries.push(read);
    previous = hashOf(line);
  }
  return { entries, problems };
}

/** An entry before it is written. */
export type NewEntry = Omit<Attestation, 'schema' | 'previous'> | Omit<Waiver, 'schema' | 'previous'>;

/** Adds entries at the end of the ledger. */
export async function appendToLedger(path: string, fresh: readonly NewEntry[]): Promise<void> {
  const lines = linesOf(await readFile(path, 'utf8').catch(() => ''));
  let previous = lines.length > 0 ? hashOf(lines.at(-1)!) : '';
  let text = '';
  for (const each of fresh) {
    const line = JSON.stringify({ schema: LEDGER_SCHEMA, ...each, previous });
    text += `${line}\n`;
    previous = hashOf(line);
  }
  await appendFile(path, text);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function parsedEntry(line: string): LedgerEntry | undefined {
  try {
    const checked = entry.safeParse(JSON.parse(line));
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
