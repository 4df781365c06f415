import { rename, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all. @returns its path */
export async function writeWhole(path: string, content: string): Promise<string> {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
  return path;
}
