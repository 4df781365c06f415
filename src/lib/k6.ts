/**
 * What several modules use of k6, imported once: every import statement of a bundle costs every virtual user a kilobyte
 * for each name, and esbuild keeps those of different modules apart.
 */
import { sleep as k6Sleep } from 'k6';
import { SharedArray as K6SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';

export { exec, http };

/** Kept: k6 makes a function anew, 1 KB and more, each time that a module's name is read. */
export const sleep = k6Sleep;
export const SharedArray = K6SharedArray;

let id = 0;

/** This virtual user's number in the test, from 1. Kept: k6 makes a dozen objects each time that it is asked. */
export function ownNumber(): number {
  id ||= exec.vu.idInTest;
  return id;
}
