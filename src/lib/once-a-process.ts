/** Work whose result all virtual users share, done in one of them. */
import { SharedArray } from './k6.ts';

declare function require(name: './once/index.ts'): typeof import('./once/index.ts');

/** What such work is made of; evaluated by the first call in a VU. */
export const once = () => require('./once/index.ts');

/**
 * Every VU evaluates for itself what it imports; what it gets from here it only parses.
 * @param name unique in the script
 * @param make runs once a process; its result must survive JSON
 */
export function onceAProcess<T>(name: string, make: () => T): T {
  const shared = new SharedArray(name, () => [{ json: JSON.stringify(make()) }]);
  return JSON.parse(shared[0]!.json) as T;
}
