/** Prints problems, one line each, and sets the exit code. */
export function complain(lines: readonly string[], exitCode: number): void {
  for (const line of lines) console.error(`launchgate: ${line}`);
  process.exitCode = exitCode;
}
