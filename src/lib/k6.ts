/**
 * What several modules use of k6, imported once: every import statement of a bundle costs every virtual user a kilobyte
 * for each name, and esbuild keeps those of different modules apart.
 */
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';

export { exec, http, SharedArray, sleep };
