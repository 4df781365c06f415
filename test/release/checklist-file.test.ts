import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { parseChecklist } from '../../gate/release/checklist-file.ts';
import { MUST_LINES } from '../../gate/release/must-lines.ts';
import { SEED_OUTLINE } from './seed-outline.ts';

let shipped: string;
before(async () => {
  shipped = await readFile('checklist.yaml', 'utf8');
});

function linesOf(text: string) {
  const read = parseChecklist(text);
  assert.ok(read.ok, read.ok ? '' : read.problems.join('\n'));
  return read.lines;
}

function problemsOf(text: string): string[] {
  const read = parseChecklist(text);
  return read.ok ? [] : read.problems;
}

/** The shipped file without one line of the checklist. */
function without(id: string): string {
  const start = shipped.indexOf(`      - id: ${id}\n`);
  const next = /\n\n? {2,6}- id: /.exec(shipped.slice(start + 10));
  return shipped.slice(0, start) + shipped.slice(start + 10 + next!.index + 1);
}

test('Every entry of the paper checklist is covered by exactly one line', () => {
  const covered = linesOf(shipped).flatMap(({ covers = [] }) => covers);
  const wanted = Object.entries(SEED_OUTLINE).flatMap(([list, entries]) =>
    Array.from({ length: entries }, (_, index) => `${list}/${index + 1}`),
  );
  assert.equal(wanted.length, 138);
  assert.deepEqual([...covered].sort(), [...wanted].sort());
});

test('What the launch hangs on is what the shipped file marks as must', () => {
  const musts = linesOf(shipped).filter(({ severity }) => severity === 'must');
  for (const due of ['before', 'launch', 'after'] as const) {
    const ofThen = musts.filter((line) => line.due === due);
    assert.deepEqual(
      ofThen.map(({ id }) => id),
      MUST_LINES[due],
    );
  }
});

test('A must line that was put off is named, so that nothing goes live without it', () => {
  const putOff = shipped.replace('    title: What it costs, and what that carries\n', '$&    due: after\n');
  assert.notEqual(putOff, shipped);
  assert.deepEqual(problemsOf(putOff), [
    'checklist.yaml: costs.budget is due before the launch; say `notApplicable: <why>` where it does not apply.',
  ]);
});

test('A must line that was taken out is named', () => {
  assert.deepEqual(problemsOf(without('ai.tier')), [
    'checklist.yaml: ai.tier was taken out, and the launch hangs on it; put it back, or say `notApplicable: <why>`.',
  ]);
});

test('A should line may be taken out, and lines may be added', () => {
  assert.equal(linesOf(without('weekly.errors')).length, linesOf(shipped).length - 1);
  const own = `${shipped}
  - id: own
    phase: Ours
    title: Ours
    lines:
      - id: own.legal
        text: The terms of use are in force
        kind: person
        severity: must
`;
  assert.equal(linesOf(own).at(-1)!.phase, 'Ours');
});

const REFUSED: [what: string, change: (text: string) => string, problem: RegExp][] = [
  [
    'a must made a should',
    (text) => text.replace(/(id: ai\.tier[\s\S]*?severity: )must/, '$1should'),
    /ai\.tier is a must/,
  ],
  [
    'an id twice',
    (text) => text.replace('id: cache.ttl', 'id: cache.videos'),
    /line \d+: cache\.videos is there more than once/,
  ],
  ['a criterion nobody has', (text) => text.replace('[chat.p95]', '[chat.p96]'), /wants the criterion "chat\.p96"/],
  [
    'a criterion of another test',
    (text) => text.replace('[chat.p95]', '[video.queue]'),
    /video\.queue of the test video/,
  ],
  ['a line that is not there', (text) => text.replace('[launch.fixes]', '[launch.fixed]'), /the line "launch\.fixed"/],
  ['an unknown test', (text) => text.replace('ran: [chat]', 'ran: [chatt]'), /^checklist\.yaml line \d+: evidence/],
  [
    'a reason left out',
    (text) => text.replace('id: cache.ttl', 'notApplicable: ""\n        id: cache.ttl'),
    /must give the reason/,
  ],
  [
    'a circle',
    (text) => text.replace('lines: [launch.fixes]', 'lines: [product.targets, engineering.fixes]'),
    /engineering\.fixes rests on itself/,
  ],
  [
    'a person with a rule',
    (text) => text.replace('id: costs.budget', 'evidence: { ran: [chat] }\n        id: costs.budget'),
    /costs\.budget is asked of a person/,
  ],
  ['text that is no YAML', (text) => `${text}\n  - [`, /^checklist\.yaml line \d+: /],
];

for (const [what, change, problem] of REFUSED) {
  test(`It refuses ${what}, and says where`, () => {
    const changed = change(shipped);
    assert.notEqual(changed, shipped);
    assert.match(problemsOf(changed).join('\n'), problem);
  });
}

test('an alias that stands for nothing is one line', () => {
  const read = parseChecklist('schema: 1\nparts: *nowhere\n');
  assert.match(read.ok ? '' : read.problems.join('\n'), /^checklist\.yaml: Unresolved alias.*nowhere\.$/);
});
