/** What the settings come to: read once a process, by src/lib/once/settings.ts. */
import { once, rowOf, sharedRows } from './once-a-process.ts';

const configs = sharedRows('config', () => [once().userConfig]);

export const config = rowOf(configs, 0);
