/**
 * Prepared data directories, kept between starts: filling and indexing 10,000 vectors takes many times as long as
 * reading them back. Nothing depends on them; a folder that can't be written only costs time.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';

/** Directories kept: the two setups, and what was tried last. One has about 200 MB. */
const MOST_KEPT = 3;

/** The directory kept under this key, or undefined. */
export async function readCachedData(folder: string, key: string): Promise<Blob | undefined> {
  try {
    return new Blob([readFileSync(join(folder, `${key}.tar`))]);
  } catch {
    return undefined;
  }
}

/** Keeps the database's directory under this key, as one file that is either whole or not there. */
export async function writeCachedData(folder: string, key: string, database: PGlite): Promise<void> {
  const unfinished = join(folder, `${key}.${process.pid}.part`);
  try {
    mkdirSync(folder, { recursive: true });
    const tar = await database.dumpDataDir('none');
    writeFileSync(unfinished, Buffer.from(await tar.arrayBuffer()));
    renameSync(unfinished, join(folder, `${key}.tar`));
    dropOldest(folder);
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function dropOldest(folder: string): void {
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith('.tar'))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of kept.slice(MOST_KEPT)) rmSync(path, { force: true });
}
