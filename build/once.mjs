/**
 * esbuild plugin: a module of src/lib/once/ that is required (not imported) becomes one function of its own, tables and
 * all, which runs only when somebody calls require. An imported module is evaluated in every virtual user, and 1,000 of
 * them have a copy each.
 */
import { dirname, resolve } from 'node:path';
import * as esbuild from 'esbuild';

export function once(options) {
  return {
    name: 'once',
    setup(build) {
      build.onResolve({ filter: /\/once\/[a-z-]+\.ts$/ }, ({ kind, path, resolveDir }) =>
        kind === 'require-call' ? { path: resolve(resolveDir, path), namespace: 'once' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'once' }, async ({ path }) => {
        const { outputFiles, metafile } = await esbuild.build({
          ...options,
          entryPoints: [path],
          format: 'cjs',
          sourcemap: false,
          metafile: true,
          write: false,
          plugins: [],
          outdir: undefined,
        });
        const watchFiles = Object.keys(metafile.inputs).map((file) => resolve(file));
        return { contents: outputFiles[0].text, loader: 'js', resolveDir: dirname(path), watchFiles };
      });
    },
  };
}
