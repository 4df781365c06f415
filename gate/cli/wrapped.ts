/** Long lines at a terminal: they go on below, indented to where they can be told from the next. */
import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';

/** Of a line, where nobody knows how wide the terminal is. */
export const USUAL_WIDTH = 80;
/** Columns that begin further to the right leave too little room below them. */
const MOST_INDENT = 0.4;

/** Text for standard output: wrapped at a terminal; in a pipe every line stays whole, for grep. */
export function shown(lines: readonly string[]): string {
  const { isTTY, columns } = process.stdout;
  return (isTTY ? lines.map((line) => wrapped(line, columns)) : lines).join('\n');
}

/** Adds paragraphs below a command's options, as wide as the rest of its help. */
export function explained(command: Command, ...paragraphs: readonly string[]): Command {
  return command.addHelpText('after', () =>
    paragraphs.map((text) => `\n${wrapped(text, process.stdout.columns || USUAL_WIDTH)}`).join('\n'),
  );
}

/** The line in pieces of this width at most, where its words allow it. Escape sequences take no room. */
export function wrapped(line: string, width: number): string {
  if (lengthOf(line) <= width) return line;
  const indent = ' '.repeat(indentOf(stripVTControlCharacters(line), width));
  const pieces: string[] = [];
  let piece = '';
  for (const word of line.split(/(?<=\S)(?= )/)) {
    if (piece.trim() !== '' && lengthOf(piece + word) > width) {
      pieces.push(piece);
      piece = indent + word.trimStart();
    } else piece += word;
  }
  return [...pieces, piece].join('\n');
}

/** Where the last column begins that leaves room, or a little further in than the line itself. */
function indentOf(line: string, width: number): number {
  const begins = [...line.matchAll(/ {2,}(?=\S)/g)].map(({ index, 0: gap }) => index + gap.length);
  const fitting = begins.filter((at) => at <= width * MOST_INDENT);
  return Math.max(0, ...fitting) || lengthOf(line) - lengthOf(line.trimStart()) + 2;
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
