/** A module as esbuild writes it, taken apart: its import statements, its exports, and what is between them. */

const IMPORTS = /^import .*;$/gm;
const EXPORTS = /^export \{\n(.*?)\n\};$/ms;

/**
 * @returns {{ imports: string[], body: string, exports: { local: string, name: string }[] }} in the body each line that
 * went is an empty one, and `return { … };` stands for the exports
 */
export function takenApart(code) {
  const exports = EXPORTS.exec(code)[1]
    .split(',')
    .map((entry) => entry.trim().split(' as '))
    .map(([local, name = local]) => ({ local, name }));
  const returned = exports.map(({ local, name }) => (name === local ? name : `${name}: ${local}`)).join(', ');
  return {
    imports: code.match(IMPORTS) ?? [],
    body: code.replace(IMPORTS, '').replace(EXPORTS, `return { ${returned} };`),
    exports,
  };
}
