/**
 * esbuild plugin: puts all of a bundle but its imports and exports into one function. For every virtual user k6's engine
 * keeps a table of a module's top-level names, 10 KB for those of chat.js; names in a function need none.
 */
import { writeFile } from 'node:fs/promises';

const IMPORTS = /^import .*;$/gm;
const EXPORTS = /^export \{\n(.*?)\n\};$/ms;

export const oneFunction = {
  name: 'one-function',
  setup(build) {
    build.initialOptions.write = false;
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        if (path.endsWith('.js')) await writeFile(path, wrapped(text));
        else
          await writeFile(path, moved(text, headLines(outputFiles.find((file) => `${file.path}.map` === path).text)));
      }
    });
  },
};

const headLines = (code) => code.match(IMPORTS).length + 1;

function wrapped(code) {
  const names = EXPORTS.exec(code)[1]
    .split(',')
    .map((name) => name.trim().split(' as '));
  const exported = names.map(([local, name = local]) => name).join(', ');
  const returned = names.map(([local, name = local]) => (name === local ? name : `${name}: ${local}`)).join(', ');
  const head = [...code.match(IMPORTS), `export const { ${exported} } = (() => {`];
  // A line that goes leaves an empty one, so that the source map only has to be moved down.
  const body = code.replace(IMPORTS, '').replace(EXPORTS, `return { ${returned} };\n})();`);
  return `${head.join('\n')}\n${body}`;
}

/** In a source map each semicolon is one line. */
function moved(map, lines) {
  const { mappings, ...rest } = JSON.parse(map);
  return JSON.stringify({ ...rest, mappings: ';'.repeat(lines) + mappings });
}
