/**
 * esbuild plugin: modules that are made when they are needed. An imported module is evaluated in every virtual user, and
 * 1,000 of them have a copy each, 0.8 KB for every function.
 *
 *   import load from 'on-demand:./seldom/index.ts'    load() makes the module at its first call, and keeps it
 *   import load from 'afresh:./briefly/opening.ts'    load() makes it at each call, and nothing keeps it
 *
 * What such a module imports from its own folder, src/wire and the like comes with it. What it imports from `../` is the
 * virtual user's own: state, settings, k6's modules (src/lib).
 */
import { dirname, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { takenApart } from './module-text.mjs';

const KINDS = {
  'on-demand': (make) => `let made;\nexport default () => (made ??= (${make})());`,
  afresh: (make) => `export default ${make};`,
};

export function onDemand(options) {
  return {
    name: 'on-demand',
    setup(build) {
      for (const [kind, written] of Object.entries(KINDS)) {
        build.onResolve({ filter: new RegExp(`^${kind}:`) }, ({ path, resolveDir }) => ({
          path: relative('.', resolve(resolveDir, path.slice(kind.length + 1))),
          namespace: kind,
        }));
        build.onLoad({ filter: /.*/, namespace: kind }, async ({ path }) => {
          const { outputFiles, metafile } = await esbuild.build({
            ...options,
            entryPoints: [path],
            sourcemap: false,
            metafile: true,
            write: false,
            plugins: [virtualUsersOwn(resolve(dirname(path), '..')), noStream],
          });
          const { imports, body } = takenApart(outputFiles[0].text);
          return {
            contents: `${imports.join('\n')}\n${written(`() => {\n${body}\n}`)}`,
            resolveDir: resolve(dirname(path)),
            watchFiles: Object.keys(metafile.inputs).map((file) => resolve(file)),
          };
        });
      }
    },
  };
}

/** Leaves the modules of this folder, and k6's, to the bundle around. */
function virtualUsersOwn(folder) {
  return {
    name: 'virtual-users-own',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path);
        return dirname(file) === folder ? { path: file, external: true } : undefined;
      });
    },
  };
}

/** papaparse asks for Node's stream only when it is handed one; k6 never does. */
const noStream = {
  name: 'no-stream',
  setup(build) {
    build.onResolve({ filter: /^stream$/ }, () => ({ path: 'stream', namespace: 'no-stream' }));
    build.onLoad({ filter: /.*/, namespace: 'no-stream' }, () => ({ contents: '' }));
  },
};
