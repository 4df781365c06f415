import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all, whoever else writes it at the same time. @returns its path */
export async function writeWhole(path: string, content: string): Promise<string> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
  return path;
}
