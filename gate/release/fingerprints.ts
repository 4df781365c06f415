/** SHA-256 of the files that a decision rests on, and whether they are still what they were. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fingerprint } from '../../src/wire/release-files.ts';

/**
 * @param paths from the project's folder; those that are not there are left out
 * @param growing of these, those to which is only ever added
 */
export async function fingerprintsOf(
  root: string,
  paths: readonly string[],
  growing: readonly string[] = [],
): Promise<Fingerprint[]> {
  const prints: Fingerprint[] = [];
  for (const path of paths) {
    const bytes = await sizeOf(join(root, path));
    if (bytes === undefined) continue;
    const sha256 = await hashOf(join(root, path), bytes);
    prints.push({ path, sha256, bytes, ...(growing.includes(path) ? { grows: true } : {}) });
  }
  return prints;
}

/** What has become of the files since, one sentence each; nothing when all are as they were. */
export async function changesSince(root: string, prints: readonly Fingerprint[]): Promise<string[]> {
  const changes: string[] = [];
  for (const { path, sha256, bytes, grows } of prints) {
    const size = await sizeOf(join(root, path));
    if (size === undefined) changes.push(`${path} is no longer there.`);
    else if (size < bytes || (size > bytes && !grows)) changes.push(`${path} was changed.`);
    else if ((await hashOf(join(root, path), bytes)) !== sha256) changes.push(`${path} was changed.`);
  }
  return changes;
}

/** Of the first `bytes` of a file. */
async function hashOf(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes > 0) for await (const piece of createReadStream(path, { end: bytes - 1 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
