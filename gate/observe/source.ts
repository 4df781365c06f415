import type { Counts } from '../../src/wire/signal-history.ts';
import type { SignalValue } from '../../src/wire/signals.ts';

/** What one look at a source saw. Both may be there: a database that refuses connections has all of them in use. */
export interface Look {
  values: SignalValue[];
  /** One line, without a full stop: what kept the source from answering. */
  problem?: string;
  /** One line that people should know, though the source has answered. */
  notice?: string;
  /** What was counted since the last look, where the source counts. */
  counts?: Counts;
}

/** Something that signals are read from. */
export interface Source {
  /** For people, e.g. `metrics of staging.example.com`. */
  readonly name: string;
  /** How often it has new values, ms. */
  readonly everyMs: number;
  /** Never throws, and ends within `LOOK_MS`. */
  look(): Promise<Look>;
  close(): Promise<void>;
}

/** Longest that a source may take: less than the time between two looks. */
export const LOOK_MS = 4_000;
