/** What the settings come to: read once a process, by src/lib/once/settings.ts. */
import { once, onceAProcess } from './once-a-process.ts';

export const config = onceAProcess('config', () => once().userConfig);
