/** What ./launchgate exits with. make itself can only say 0 or 2, and prints the verdict. */
export const EXIT = {
  pass: 0,
  /** Our own fault. */
  ours: 1,
  /** Usage or settings. */
  usage: 2,
  /** The target can't be reached, or breaks the contract, before any load. */
  unreachable: 3,
  invalid: 4,
  inconclusive: 5,
  /** Against the baseline. */
  regressed: 6,
  /** A check of verify or audit failed, an alert fired in a watch, or NO-GO. */
  checkFailed: 7,
  /** As k6's own code for failed thresholds. */
  fail: 99,
  interrupted: 130,
} as const;

/** The worst first; whoever pressed Ctrl-C knows why the rest is missing. */
const WORST_FIRST: readonly (keyof typeof EXIT)[] = [
  'interrupted',
  'ours',
  'usage',
  'unreachable',
  'invalid',
  'fail',
  'regressed',
  'checkFailed',
  'inconclusive',
];

/** What a command exits with that did several things. A code that is none of ours is a fault of ours, never a pass. */
export function worstExit(codes: readonly number[]): number {
  const ours: readonly number[] = Object.values(EXIT);
  const known = codes.map((code) => (ours.includes(code) ? code : EXIT.ours));
  const worst = WORST_FIRST.find((name) => known.includes(EXIT[name]));
  return worst === undefined ? EXIT.pass : EXIT[worst];
}
