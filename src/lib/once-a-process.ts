/** Work whose result all virtual users share, done in one of them. */
import load from 'on-demand:./once/index.ts';
import type { TestName } from '../workloads.ts';
import { SharedArray } from './k6.ts';
import type { Kind, RowOf } from './once/rows.ts';

/** What such work is made of. */
export const once = load as () => typeof import('./once/index.ts');

/** Rows of one kind, made once a process: for a virtual user no more than a number, until it asks for one. */
export type SharedRows<T> = number & { readonly of?: T };

/** As text: the objects that k6 gives out of a SharedArray are frozen, and frozen ones take more room. */
interface SharedRow {
  readonly text: string;
}

/** The first row: what every virtual user needs, and where the rows of each kind begin, the last ones' end included. */
interface First<T> {
  readonly value: T;
  readonly begins: readonly number[];
}

let kinds = 0;
const announced: Kind[] | undefined = __VU === 0 ? [] : undefined;
let shared: readonly SharedRow[];
let begins: readonly number[];

/** Announces rows of one kind, in the init context and before `share`: see once/rows.ts. */
export function sharedRows<K extends Kind>(kind: K): SharedRows<RowOf<K>> {
  if (announced) announced[kinds] = kind;
  return kinds++;
}

/**
 * Shares all that was announced: in a single array, since each takes room in every virtual user.
 * @param makeFirst runs once a process, before any other row is made, for every virtual user
 * @returns what that made
 */
export function share<T>(makeFirst: () => T, test: TestName | undefined): T {
  shared = new SharedArray('rows', () => {
    const value = makeFirst();
    const begins = [1];
    const rows: unknown[] = [{ value, begins }];
    for (const kind of announced!) {
      rows.push(...once().rowsOf(kind, test));
      begins.push(rows.length);
    }
    return rows.map((row) => ({ text: typeof row === 'string' ? row : JSON.stringify(row) }));
  });
  const first = JSON.parse(shared[0]!.text) as First<T>;
  begins = first.begins;
  return first.value;
}

/** A row that is text. @param at of a row that is there */
export function textOf(rows: SharedRows<unknown>, at: number): string {
  return shared[begins[rows]! + at]!.text;
}

/** Dear, so its result is kept. @param at of a row that is there */
export function rowOf<T>(rows: SharedRows<T>, at: number): T {
  return JSON.parse(textOf(rows, at)) as T;
}

/** How many rows of a kind there are. */
export function countOf(rows: SharedRows<unknown>): number {
  return begins[rows + 1]! - begins[rows]!;
}
