/**
 * The one builder: every program of launchgate is bundled here.
 *
 *   node esbuild.config.mjs [k6|node|test …] [--watch]     no name means k6 and node
 *
 * k6:   src/tests/*.ts -> dist/*.js, one bundle a test, readable, with source maps
 * node: gate/cli/main.ts -> dist/node/launchgate.mjs, platform/main.ts -> dist/node/platform.mjs
 * test: test/**\/*.test.ts, and what make starts there -> dist/test/…
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { inlineBundle } from './build/inline-bundle.mjs';
import { k6Testing } from './build/k6-testing.mjs';
import { onDemand } from './build/on-demand.mjs';
import { oneFunction } from './build/one-function.mjs';

const watch = process.argv.includes('--watch');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const parts = wanted.length > 0 ? wanted : ['k6', 'node'];

const files = (folder, ending) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(ending));

/** Rooms are built one after the other: an entry that isn't there yet is left out. */
const present = (entries) => Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path)));

/** What make starts in dist/test beside the tests: the reporter, and checks that take too long for a test. */
const programsOfMake = () =>
  [...readFileSync('Makefile', 'utf8').matchAll(/dist\/test\/([\w/-]+)\.mjs/g)].map(([, name]) => `test/${name}.ts`);

const shared = { bundle: true, format: 'esm', sourcemap: true, logLevel: 'warning', metafile: true, charset: 'utf8' };

const k6 = {
  ...shared,
  // k6 reads the maps for the lines of a stack trace, and would hold all of the text, too.
  sourcesContent: false,
  platform: 'neutral',
  target: 'es2020',
  mainFields: ['module', 'main'],
  external: ['k6', 'k6/*'],
};

const configs = {
  k6: () => ({
    ...k6,
    entryPoints: files('src/tests', '.ts'),
    outdir: 'dist',
    plugins: [k6Testing(), onDemand(k6), oneFunction],
  }),
  node: () => ({
    ...shared,
    ...node,
    entryPoints: present({ launchgate: 'gate/cli/main.ts', platform: 'platform/main.ts' }),
    outdir: 'dist/node',
    outExtension: { '.js': '.mjs' },
    // PGlite loads its WebAssembly files from its own folder, so it stays there.
    external: ['@electric-sql/*', 'pg-native', 'esbuild'],
  }),
  test: () => ({
    ...shared,
    ...node,
    entryPoints: [...files('test', '.test.ts'), ...programsOfMake()],
    outdir: 'dist/test',
    outbase: 'test',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
  }),
};

const node = {
  platform: 'node',
  target: 'node20',
  plugins: [inlineBundle()],
  // Bundled CommonJS packages call require(); ESM has none of its own.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * Each file whole or not at all, and launchgate itself last: by its age ./launchgate tells whether a build is due, and
 * must not be deceived by one that was cut off. Somebody else may be running, or building, the same programs.
 */
function writeAll(outputs) {
  const last = (path) => Number(path.includes('launchgate.mjs'));
  for (const { path, contents } of outputs.toSorted((a, b) => last(a.path) - last(b.path))) {
    const unfinished = `${path}.${process.pid}.part`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
}

const whole = { name: 'whole', setup: (build) => build.onEnd(({ outputFiles = [] }) => writeAll(outputFiles)) };

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);

for (const part of parts) {
  const options = configs[part]?.();
  if (!options) {
    console.error(`esbuild.config.mjs: no part named "${part}"; there are ${Object.keys(configs).join(', ')}`);
    process.exit(2);
  }
  const config = { ...options, write: false, plugins: [...options.plugins, whole] };
  if (watch) {
    await (await esbuild.context({ ...config, logLevel: 'info' })).watch();
    continue;
  }
  const result = await esbuild.build(config).catch(() => process.exit(1));
  if (part === 'test') continue;
  for (const output of Object.keys(result.metafile.outputs).filter((path) => !path.endsWith('.map'))) {
    console.log(`${kilobytes(statSync(output).size)}  ${relative('.', join(config.outdir, basename(output)))}`);
  }
}
