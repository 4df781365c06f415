/** What the settings come to: read once a process, by src/lib/once/settings.ts. */
import { onceAProcess } from './once-a-process.ts';

declare function require(name: './once/settings.ts'): typeof import('./once/settings.ts');

export const config = onceAProcess('config', () => require('./once/settings.ts').config);
