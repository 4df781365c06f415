/**
 * Prepared data directories, kept between starts: filling and indexing 10,000 vectors takes many times as long as
 * reading them back. Nothing depends on them; a folder that can't be written only costs time.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';

/** Directories kept: the two setups, and what was tried last. One has about 200 MB. */
const MOST_KEPT = 3;

/** SHA-1 of the directory, behind it in the same file: Postgres would end the process over a broken one. */
const CHECKSUM_BYTES = 20;

/** The directory kept under this key, or undefined when there is none that is whole. */
export function readCachedData(folder: string, key: string): Blob | undefined {
  try {
    const file = readFileSync(join(folder, `${key}.tar`));
    const tar = file.subarray(0, -CHECKSUM_BYTES);
    return checksum(tar).equals(file.subarray(-CHECKSUM_BYTES)) ? new Blob([tar]) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the database's directory under this key, as one file that is either whole or not there. */
export async function writeCachedData(folder: string, key: string, database: PGlite): Promise<void> {
  const unfinished = join(folder, `${key}.${process.pid}.part`);
  try {
    mkdirSync(folder, { recursive: true });
    const tar = Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer());
    writeFileSync(unfinished, tar);
    appendFileSync(unfinished, checksum(tar));
    renameSync(unfinished, join(folder, `${key}.tar`));
    dropOldest(folder);
  } catch {
    if (existsSync(unfinished)) rmSync(unfinished);
  }
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest();
}

function dropOldest(folder: string): void {
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith('.tar'))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of kept.slice(MOST_KEPT)) rmSync(path, { force: true });
}
