import type { Plugin } from 'esbuild';

/** The options are there for tests: another host, other bytes, another cache. */
export function k6Testing(options?: { baseUrl?: string; sha256?: string; cacheFolder?: string }): Plugin;
