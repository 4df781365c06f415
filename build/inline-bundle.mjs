/**
 * `import text from 'inline:./page/main.ts'` gives the bundle of that entry point as text: what a page carries inside
 * itself. Browser code and styles, minified, with all that they import.
 */
import { dirname, resolve } from 'node:path';
import * as esbuild from 'esbuild';

export const inlineBundle = () => ({
  name: 'inline-bundle',
  setup(build) {
    build.onResolve({ filter: /^inline:/ }, ({ path, importer }) => ({
      path: resolve(dirname(importer), path.slice('inline:'.length)),
      namespace: 'inline-bundle',
    }));
    build.onLoad({ filter: /.*/, namespace: 'inline-bundle' }, async ({ path }) => {
      const { outputFiles, metafile, errors, warnings } = await esbuild.build({
        entryPoints: [path],
        bundle: true,
        write: false,
        minify: true,
        metafile: true,
        platform: 'browser',
        format: 'iife',
        target: 'es2022',
        charset: 'utf8',
        legalComments: 'none',
        logLevel: 'silent',
      });
      const watchFiles = Object.keys(metafile.inputs).map((input) => resolve(input));
      return { contents: outputFiles[0].text.trim(), loader: 'text', watchFiles, errors, warnings };
    });
  },
});
