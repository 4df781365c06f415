/**
 * esbuild plugin: src/lib/once and src/lib/seldom, when they are required (not imported), become one function each,
 * tables and all, which runs only when somebody calls require. An imported module is evaluated in every virtual user,
 * and 1,000 of them have a copy each.
 */
import { dirname, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';

export function onDemand(options) {
  return {
    name: 'on-demand',
    setup(build) {
      build.onResolve({ filter: /\/(once|seldom)\/index\.ts$/ }, ({ kind, path, resolveDir }) =>
        kind === 'require-call'
          ? { path: relative('.', resolve(resolveDir, path)), namespace: 'on-demand' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'on-demand' }, async ({ path }) => {
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
        return { contents: outputFiles[0].text, loader: 'js', resolveDir: dirname(resolve(path)), watchFiles };
      });
    },
  };
}
