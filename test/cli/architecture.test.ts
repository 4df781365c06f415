import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** Nodes and edges of the page's picture: `a["one<br>two"] --> b & c`. */
const PICTURE = /```mermaid\n(.*?)```/s.exec(readFileSync('docs/architecture.md', 'utf8'))![1]!;

/** Folders and files of each room, as its node says. */
const ROOMS = new Map(
  [...PICTURE.matchAll(/(\w+)\["([^"]+)"\]/g)].map(([, room, paths]) => [room!, paths!.split('<br>')]),
);

/** The room of a source. */
function roomOf(path: string): string | undefined {
  return [...ROOMS].find(([, paths]) => paths.some((own) => path === own || path.startsWith(`${own}/`)))?.[0];
}

function drawn(): string[] {
  const rooms = (side: string) => side.split('&').map((node) => node.trim().replace(/\[.*\]$/, ''));
  return PICTURE.split('\n').flatMap((line) => {
    const [from, to] = line.split('-->');
    return from && to ? rooms(from).flatMap((a) => rooms(to).map((b) => `${a} --> ${b}`)) : [];
  });
}

function sources(): string[] {
  return ['src', 'gate', 'platform'].flatMap((root) =>
    readdirSync(root, { recursive: true })
      .map((name) => join(root, String(name)))
      .filter((path) => path.endsWith('.ts')),
  );
}

function imported(): string[] {
  const edges = sources().flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport\(|\brequire\(|^import) ?'(\.[^']+)'/gm)].map(
      ([, target]) => [roomOf(path), roomOf(normalize(join(dirname(path), target!)))],
    ),
  );
  return edges.filter(([from, to]) => from !== to).map(([from, to]) => `${from} --> ${to}`);
}

test('every source is in a room of the picture', () => {
  assert.deepEqual(
    sources().filter((path) => roomOf(path) === undefined),
    [],
  );
});

test("the picture's edges are those of the imports", () => {
  const told = drawn();
  assert.equal(new Set(told).size, told.length, 'an edge is drawn twice');
  assert.deepEqual(told.toSorted(), [...new Set(imported())].toSorted());
});

test('every page of docs/ can be reached from its index, and no link of a page is broken', () => {
  const linksOf = (page: string) =>
    [...readFileSync(join('docs', page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
  const reached = new Set(['README.md']);
  for (const page of reached) for (const link of linksOf(page)) if (/^[\w-]+\.md$/.test(link)) reached.add(link);
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  assert.deepEqual(pages.toSorted(), [...reached].toSorted());
  const broken = pages.flatMap((page) => linksOf(page).filter((link) => !existsSync(join('docs', link))));
  assert.deepEqual(broken, []);
});
