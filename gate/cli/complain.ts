import { printable } from '../../src/wire/plain-text.ts';

/**
 * Prints problems, one line each, and sets the exit code.
 * @param say where something is being redrawn, what puts a line above it
 */
export function complain(
  lines: readonly string[],
  exitCode: number,
  say: (line: string) => void = console.error,
): void {
  for (const line of lines) say(`launchgate: ${printable(line)}`);
  process.exitCode = exitCode;
}
