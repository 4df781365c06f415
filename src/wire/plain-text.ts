/**
 * Text that others wrote: a target's answer, a database's error, k6's log. Shown as it is, it could move the cursor of a
 * terminal, turn the direction of a line, or fill the screen.
 */

/** Longest piece of such text that is kept, characters. */
const LONGEST = 500;

/** Control characters of ASCII and Latin-1, and those that set the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Found whole: a pattern that looks for a line break among blanks tries each of them as a beginning. */
const BLANKS = /\s+/g;

/** The text on one line, every such character spelt out: `\u001b`. Line breaks and tabs become blanks. */
export function printable(text: string): string {
  return text
    .trim()
    .replace(BLANKS, (blanks) => (/[\t\r\n]/.test(blanks) ? ' ' : blanks))
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same, and cut: for one line of what somebody else said. */
export function quotable(text: string): string {
  const line = printable(text.slice(0, LONGEST));
  return text.length > LONGEST ? `${line}…` : line;
}
