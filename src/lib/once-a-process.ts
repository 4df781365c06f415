/** Work whose result all virtual users share, done in one of them. */
import { SharedArray } from 'k6/data';

/**
 * Every VU evaluates for itself what it imports; what it gets from here it only parses.
 * @param name unique in the script
 * @param make runs once a process; its result must survive JSON
 */
export function onceAProcess<T>(name: string, make: () => T): T {
  const shared = new SharedArray(name, () => [{ json: JSON.stringify(make()) }]);
  return JSON.parse(shared[0]!.json) as T;
}
