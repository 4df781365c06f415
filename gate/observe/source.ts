import type { Look } from '../../src/wire/looks.ts';

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
