/**
 * esbuild plugin: puts all of a bundle but its imports and exports into one function. For every virtual user k6's engine
 * keeps a table of a module's top-level names, 10 KB for those of chat.js; names in a function need none.
 * Of a build that leaves writing to others (write: false).
 */
import { takenApart } from './module-text.mjs';

export const oneFunction = {
  name: 'one-function',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
      for (const file of outputFiles) {
        const text = texts.get(file.path);
        const changed = file.path.endsWith('.js')
          ? wrapped(text)
          : moved(text, headLines(texts.get(mapped(file.path))));
        file.contents = new TextEncoder().encode(changed);
      }
    });
  },
};

const mapped = (path) => path.replace(/\.map$/, '');
const headLines = (code) => takenApart(code).imports.length + 1;

function wrapped(code) {
  const { imports, body, exports } = takenApart(code);
  const head = [...imports, `export const { ${exports.map(({ name }) => name).join(', ')} } = (() => {`];
  // The last statement of esbuild's is the exports', comments aside.
  return `${head.join('\n')}\n${body.replace(/^return \{ .* \};$/m, '$&\n})();')}`;
}

/** In a source map each semicolon is one line. */
function moved(map, lines) {
  const { mappings, ...rest } = JSON.parse(map);
  return JSON.stringify({ ...rest, mappings: ';'.repeat(lines) + mappings });
}
