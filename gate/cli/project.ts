import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: the program runs from dist/node/launchgate.mjs. */
export const PROJECT = resolve(fileURLToPath(import.meta.url), '../../..');
