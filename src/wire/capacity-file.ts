/** results/<test>/capacity-<UTC time>.json: how many users a target carries, and from which steps that is known. */

export const CAPACITY_SCHEMA = 1;

/** How much of a limit is used up; above 1 it is broken. */
export interface Used {
  /** A criterion's id, or `ai-use`: what is asked of the AI provider of what it gives in a minute. */
  criterion: string;
  used: number;
}

export interface CapacityStep {
  users: number;
  length: 'short' | 'full';
  decision: 'holds' | 'breaks' | 'undecided';
  /** What broke; '' unless something did. */
  because: string;
  /** It held by its values, and too few samples prove it. */
  thin: boolean;
  /** With start, ramp and recovery. */
  minutes: number;
  /** Folder of the run. */
  run: string;
  requests: number;
  /** The binding one first. */
  limits: Used[];
}

export interface CapacityFile {
  schema: typeof CAPACITY_SCHEMA;
  test: string;
  /** `embedded` or a host. */
  target: string;
  /** Of the embedded platform: setup and switches; else ''. */
  setup: string;
  startedAt: string;
  minutes: number;
  budgetMinutes: number;
  requests: number;
  /** The largest number of users that held; 0 when none did. */
  low: number;
  /** The smallest number that broke; null when nothing broke. */
  high: number | null;
  /** Whether the end was measured at full length. */
  sure: { low: boolean; high: boolean };
  /** The lower end held by its values; too few samples prove it. */
  thin: boolean;
  /** done; budget: time ran out; generator: it could not be trusted with more. */
  ended: 'done' | 'budget' | 'generator';
  /** Of each decision, one-sided. */
  confidence: number;
  /** What broke at the upper end; '' when nothing did. */
  binding: string;
  /** At the lower end, the binding one first. */
  headroom: Used[];
  steps: CapacityStep[];
}
