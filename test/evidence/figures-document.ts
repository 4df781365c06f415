/** Documents hold figures only as a command printed them, between two marks. */
import { readFile, writeFile } from 'node:fs/promises';

/** Puts the text between `<!-- figures: <command> -->` and `<!-- end of figures -->`. @throws Error without the marks */
export async function writeFigures(path: string, command: string, text: string): Promise<void> {
  const document = await readFile(path, 'utf8');
  const [open, close] = [`<!-- figures: ${command} -->`, '<!-- end of figures -->'];
  const from = document.indexOf(open);
  const to = document.indexOf(close, from);
  if (from < 0 || to < 0) throw new Error(`${path} has no place for the figures of ${command}`);
  await writeFile(path, `${document.slice(0, from + open.length)}\n\n${text}\n\n${document.slice(to)}`);
  console.error(`written to ${path}`);
}
