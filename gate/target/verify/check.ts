import { printable } from '../../../src/wire/plain-text.ts';

/** One line of `launchgate verify`. */
export interface Check {
  readonly name: string;
  readonly outcome: 'ok' | 'failed' | 'not measured';
  /** What was found; for a failure also what to do about it. */
  readonly detail: string;
}

export function ok(name: string, detail: string): Check {
  return { name, outcome: 'ok', detail: printable(detail) };
}

export function failed(name: string, detail: string): Check {
  return { name, outcome: 'failed', detail: printable(detail) };
}

export function notMeasured(name: string, detail: string): Check {
  return { name, outcome: 'not measured', detail: printable(detail) };
}
