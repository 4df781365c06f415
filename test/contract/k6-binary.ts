/** The k6 that tests run: LAUNCHGATE_K6, or the project's own. */
export function k6Binary(): string {
  return process.env.LAUNCHGATE_K6 || '.tools/k6';
}
