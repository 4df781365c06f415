/**
 * Whether more work comes in than gets done, from how long a queue is. A queue may be far from its limit and yet bound to
 * reach it: that takes hours where little more comes in than goes out, and a step lasts minutes. Pure.
 */
import { errorOfMean } from './error-of-mean.ts';
import { meanOf } from './scale.ts';
import { studentQuantile } from './student.ts';

/** Name of the limit that a short queue hides. */
export const QUEUE_GROWTH = 'queue-growth';

const FEWEST_READINGS = 7;
/** What a shorter queue does is chance. */
const LEAST_WAITING = 5;
/** A queue that grows evenly from nothing is three times as long in the second half. */
const LONGER = 1.5;

/**
 * kept up: it was empty once it had had the time to fill; grows: surely (0.995), whenever this is asked; longer: by its
 * values alone.
 */
export type QueueCourse = 'kept up' | 'grows' | 'longer' | 'unknown';

/** @param waiting readings, evenly apart */
export function queueCourse(waiting: readonly number[]): QueueCourse {
  if (waiting.length < FEWEST_READINGS) return 'unknown';
  const middle = Math.floor(waiting.length / 2);
  const late = waiting.slice(middle);
  if (Math.min(...late) === 0) return 'kept up';
  const steps = waiting.slice(1).map((value, index) => value - waiting[index]!);
  const mean = meanOf(steps);
  const error = studentQuantile(0.995, steps.length - 1) * errorOfMean(steps, mean);
  if (mean > error && waiting.at(-1)! >= LEAST_WAITING) return 'grows';
  return meanOf(late) > LONGER * meanOf(waiting.slice(0, middle)) ? 'longer' : 'unknown';
}
