/**
 * esbuild plugin: resolves `k6-testing`, Grafana's assertion library, which is published at one address only. The
 * module is fetched once, held against its hash, kept in .cache/ and bundled. Where the address can't be reached, the
 * build says so and bundles k6-testing-stand-in.mjs instead. Either way the bundle knows which of the two it has
 * (`K6_TESTING`), and k6-testing.json in the output folder says it to whoever starts the bundle.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const VERSION = '0.6.1';
const SHA256 = 'b79fb30173e110d77fcf4422f335d0d1dcec851226488bb3d1a96f1d90ab6595';
const STAND_IN = resolve('build/k6-testing-stand-in.mjs');
const FETCH_TIMEOUT_MS = 5_000;

/** Answered, but with other bytes than those that were reviewed: never bundled, never replaced in silence. */
class WrongHash extends Error {}

export function k6Testing({
  baseUrl = 'https://jslib.k6.io',
  sha256 = SHA256,
  cacheFolder = '.cache/k6-testing',
} = {}) {
  const url = `${baseUrl}/k6-testing/${VERSION}/index.js`;
  const cached = resolve(cacheFolder, `${VERSION}.js`);

  /** @returns {Promise<{ origin: string, file: string }>} the module to bundle, absolute */
  async function locate() {
    try {
      await fillCache();
      return { origin: `jslib ${VERSION}`, file: cached };
    } catch (error) {
      if (error instanceof WrongHash) throw error;
      const reason = error.cause?.message ?? error.message;
      console.warn(`k6-testing ${VERSION} can't be fetched from ${url} (${reason}): bundling its stand-in.`);
      return { origin: 'stand-in', file: STAND_IN };
    }
  }

  async function fillCache() {
    const kept = await readFile(cached).catch(() => undefined);
    if (kept && hashOf(kept) === sha256) return;
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const fresh = Buffer.from(await response.arrayBuffer());
    if (hashOf(fresh) !== sha256) {
      throw new WrongHash(`${url} has SHA-256 ${hashOf(fresh)} instead of ${sha256}: not bundled.`);
    }
    await mkdir(cacheFolder, { recursive: true });
    // Another build may be reading: it sees the whole file or none.
    await writeFile(`${cached}.${process.pid}`, fresh);
    await rename(`${cached}.${process.pid}`, cached);
  }

  return {
    name: 'k6-testing',
    setup(build) {
      // One look a build, however many bundles ask, and none when no bundle does.
      let located;
      build.onStart(() => {
        located = undefined;
      });
      build.onResolve({ filter: /^k6-testing$/ }, () => ({ path: 'k6-testing', namespace: 'k6-testing' }));
      build.onLoad({ filter: /.*/, namespace: 'k6-testing' }, async () => {
        located ??= locate();
        try {
          const { origin, file } = await located;
          return { contents: entryModule(origin, file), resolveDir: resolve('.') };
        } catch (error) {
          return { errors: [{ text: error.message }] };
        }
      });
      build.onEnd(async () => {
        const found = await located?.catch(() => undefined);
        if (!found) return;
        const { outdir } = build.initialOptions;
        await mkdir(outdir, { recursive: true });
        await writeFile(join(outdir, 'k6-testing.json'), `${JSON.stringify({ k6Testing: found.origin })}\n`);
      });
    },
  };
}

function entryModule(origin, file) {
  return `export { expect } from ${JSON.stringify(file)};\nexport const K6_TESTING = ${JSON.stringify(origin)};\n`;
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
