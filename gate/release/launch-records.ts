/** What launch day and the watches of the server have left, as the checklist reads it. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GOLIVE_SCHEMA, GOLIVE_STEPS, type GoliveFile } from '../../src/wire/release-files.ts';
import { WATCH_SCHEMA, type WatchFile } from '../../src/wire/watch-file.ts';
import { type Format, readVersioned } from '../runs/folder/versioned-json.ts';
import { writeWhole } from '../runs/folder/whole-file.ts';

/** A record with where it is. */
export interface LaunchRecord<File> {
  /** `watch/2026-11-24T11-37-00` */
  name: string;
  path: string;
  file: File;
}

const FORMATS = {
  watch: {
    newest: WATCH_SCHEMA,
    shape: z.object({
      schema: z.literal(WATCH_SCHEMA),
      target: z.string(),
      revision: z.string().optional(),
      startedAt: z.iso.datetime(),
      endedAt: z.iso.datetime(),
      outcome: z.enum(['well', 'alerts', 'inconclusive']),
      reasons: z.array(z.string()),
      alerts: z.array(z.object({ text: z.string() })),
      signals: z.array(z.object({ limitText: z.string() })),
    }),
  },
  golive: {
    newest: GOLIVE_SCHEMA,
    shape: z.object({
      schema: z.literal(GOLIVE_SCHEMA),
      target: z.string(),
      revision: z.string(),
      startedAt: z.iso.datetime(),
      signoff: z.string(),
      entries: z.array(
        z.object({
          step: z.enum(GOLIVE_STEPS),
          outcome: z.enum(['done', 'failed']),
          at: z.iso.datetime(),
          text: z.string(),
        }),
      ),
    }),
  },
} satisfies Record<string, Format>;

interface Files {
  watch: WatchFile;
  golive: GoliveFile;
}

/** All that can be read, the newest first. */
export async function launchRecords<Kind extends keyof Files>(
  results: string,
  kind: Kind,
): Promise<LaunchRecord<Files[Kind]>[]> {
  const names = await readdir(join(results, kind)).catch(() => []);
  const records: LaunchRecord<Files[Kind]>[] = [];
  for (const name of names.sort().reverse()) {
    const path = join(results, kind, name, `${kind}.json`);
    const read = await readVersioned<Files[Kind]>(path, FORMATS[kind]);
    if (read.ok) records.push({ name: `${kind}/${name}`, path, file: read.content });
  }
  return records;
}

/** Writes a record in the folder of its start, over what was known of it before. @returns its path */
export async function keepLaunchRecord<Kind extends keyof Files>(
  results: string,
  kind: Kind,
  file: Files[Kind],
): Promise<string> {
  const folder = join(results, kind, file.startedAt.slice(0, 19).replaceAll(':', '-'));
  await mkdir(folder, { recursive: true });
  return writeWhole(join(folder, `${kind}.json`), `${JSON.stringify(file, null, 2)}\n`);
}
