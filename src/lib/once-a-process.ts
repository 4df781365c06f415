/** Work whose result all virtual users share, done in one of them. */
import load from 'on-demand:./once/index.ts';
import { SharedArray } from './k6.ts';

/** What such work is made of. */
export const once = load as () => typeof import('./once/index.ts');

/** As text: the objects that k6 gives out of a SharedArray are frozen, and frozen ones take more room. */
export type SharedRows<T> = readonly { readonly json: string & { readonly of?: T } }[];

/**
 * Every VU evaluates for itself what it imports; what it gets from here it only parses, those rows that it asks for.
 * @param name unique in the script
 * @param make runs once a process; its result must survive JSON
 */
/* @__NO_SIDE_EFFECTS__ */
export function sharedRows<T>(name: string, make: () => readonly T[]): SharedRows<T> {
  // Only number 0 makes rows; for the others k6 wants a function all the same, and never calls it.
  const makeText = __VU === 0 ? () => make().map((row) => ({ json: JSON.stringify(row) })) : make;
  return new SharedArray(name, makeText as () => SharedRows<T>[number][]);
}

/** Dear, so its result is kept. @param at of a row that is there */
export function rowOf<T>(rows: SharedRows<T>, at: number): T {
  return JSON.parse(rows[at]!.json) as T;
}
