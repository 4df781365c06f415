/** One look at a source of signals: what a run writes down while it goes on, and a monitor reads. */
import type { Counts } from './signal-history.ts';
import type { SignalValue } from './signals.ts';

/** Values and a problem may both be there: a database that refuses connections has all of them in use. */
export interface Look {
  values: SignalValue[];
  /** One line, without a full stop: what kept the source from answering, or what its answer lacks. */
  problem?: string;
  /** One line that people should know, though the source has answered. */
  notice?: string;
  /** What was counted since the last look, where the source counts. */
  counts?: Counts;
}

/** A look, and whose it was. */
export interface SourceLook extends Look {
  /** As in SignalReading. */
  source: string;
  /** How often the source has new values, ms. */
  everyMs: number;
  /** When the look was over, Unix ms. */
  atMs: number;
}
