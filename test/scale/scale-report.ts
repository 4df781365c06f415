/** What `make scale-check` measured, as docs/scaling.md shows it. */

export interface Measured {
  users: number;
  generators: number;
  pace: number;
  /** Users that were there. */
  maxUsers: number;
  k6Version: string;
  requestsPerSecond: number;
  /** Of all k6 processes together, at their most. */
  peakBytes: number;
  /** Of all k6 processes together, on average over the end of the hold. */
  cores: number;
  /** How late pauses ended, p99. */
  latenessMs: number;
  /** Why the run was no good, if it was not. */
  faults: string[];
}

/** What the question of the checklist's big sister needs: a hundred times its users. */
const FAR = 100_000;
/** Share of a machine that k6 may use for its own timing to be trusted (k6's own advice; the judge's limit). */
const CPU_SHARE = 0.8;

const HEAD = [
  '| users | k6 | pace | requests/s | memory | memory per 1,000 users | CPU | CPU per 1,000 users | woke late (p99) | |',
  '|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|',
];

/** Steps that were measured again replace what they cost before; the largest last. */
export function joined(before: readonly Measured[], again: readonly Measured[]): Measured[] {
  const steps = new Map([...before, ...again].map((step) => [`${step.users}x${step.generators}@${step.pace}`, step]));
  return [...steps.values()].sort((a, b) => a.users - b.users || a.generators - b.generators);
}

/** @param cores of this machine */
export function report(measured: readonly Measured[], cores: number): string {
  const { k6Version } = measured[0]!;
  return [
    `Chat against a platform that answers at once; ${cores} cores, which the platform shares; k6 ${k6Version}.`,
    '',
    ...HEAD,
    ...measured.map(row),
    '',
    ...farther(measured),
  ].join('\n');
}

function row(step: Measured): string {
  const { users, generators, pace, requestsPerSecond, peakBytes, cores, latenessMs, maxUsers, faults } = step;
  const thousands = users / 1_000;
  const state = faults.length > 0 ? faults.join(' ') : maxUsers < users ? `only ${maxUsers} were there` : 'carried';
  return `| ${[
    ...[users.toLocaleString('en'), generators, pace, requestsPerSecond.toFixed(0)],
    ...[megabytes(peakBytes), megabytes(peakBytes / thousands)],
    ...[`${cores.toFixed(2)} cores`, `${(cores / thousands).toFixed(2)} cores`, `${latenessMs.toFixed(1)} ms`, state],
  ].join(' | ')} |`;
}

/** From the largest step that was carried: every user more costs about the same, since each holds its own copy of all. */
function farther(measured: readonly Measured[]): string[] {
  const carried = measured.filter(({ faults, users, maxUsers }) => faults.length === 0 && maxUsers >= users);
  const largest = carried.sort((a, b) => a.users - b.users).at(-1);
  if (!largest) return ['Nothing was carried: this machine was busy with something else, or is too small.'];
  const { users, pace } = largest;
  const factor = FAR / users;
  const atFullPace = (largest.cores / pace) * factor;
  return [
    `The largest step that was carried: ${users.toLocaleString('en')} users at pace ${pace}. At this cost and full pace, ` +
      `${FAR.toLocaleString('en')} users need about ${Math.ceil((largest.peakBytes * factor) / 1e9)} GB of memory and ` +
      `${Math.ceil(atFullPace / CPU_SHARE)} cores (k6 at ${CPU_SHARE * 100} % of them), over all machines or pods.`,
  ];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
