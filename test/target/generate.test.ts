import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Papa from 'papaparse';
import { type FixtureSizes, generateFixtures, writeFixtures } from '../../gate/target/generate.ts';
import { idFrom } from '../../gate/target/seeded.ts';
import { MAX_MESSAGE_LENGTH } from '../../src/wire/api.ts';
import { type FixtureName, fixtureProblem, TEST_PREFIX, type UserRow } from '../../src/wire/fixtures.ts';

const SIZES: FixtureSizes = { students: 1_050, creators: 10, videos: 100, uploaders: 100 };
const NAMES: FixtureName[] = ['users', 'videos', 'questions'];
const folder = mkdtempSync(join(tmpdir(), 'launchgate-fixtures-'));
after(() => rmSync(folder, { recursive: true }));

const fixtures = generateFixtures(SIZES, 1);
const students = fixtures.users.filter(({ role }) => role === 'student');
const creators = fixtures.users.filter(({ role }) => role === 'creator');

/** How often each value occurs. */
function tally<Row>(rows: readonly Row[], key: (row: Row) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
}

const byTier = (rows: readonly UserRow[]) => tally(rows, ({ tier }) => tier);

async function written(name: string, seed: number, sizes = SIZES): Promise<Record<FixtureName, string>> {
  const out = join(folder, name);
  await writeFixtures(out, generateFixtures(sizes, seed));
  const text = (file: FixtureName) => readFileSync(join(out, `${file}.csv`), 'utf8');
  return { users: text('users'), videos: text('videos'), questions: text('questions') };
}

test('the same seed gives the same bytes, another seed gives others', async () => {
  const first = await written('first', 7);
  assert.deepEqual(await written('second', 7), first);
  const other = await written('other', 8);
  for (const name of NAMES) assert.notEqual(other[name], first[name], name);
});

test('the committed fixtures are those of seed 1 in the default sizes', async () => {
  const fresh = await written('committed', 1);
  for (const name of NAMES) assert.equal(readFileSync(`fixtures/${name}.csv`, 'utf8'), fresh[name], name);
});

test('the files read back as their readers expect them, and nothing is left beside them', async () => {
  const texts = await written('read-back', 1);
  for (const name of NAMES) {
    const parsed = Papa.parse<Record<string, string>>(texts[name], { header: true, skipEmptyLines: true });
    assert.equal(fixtureProblem(name, parsed), undefined);
    assert.deepEqual(parsed.data, fixtures[name]);
  }
  assert.deepEqual(readdirSync(join(folder, 'read-back')).sort(), ['questions.csv', 'users.csv', 'videos.csv']);
});

test('ten creators are spread over three tiers and own ten videos each', () => {
  assert.deepEqual(byTier(creators), { basic: 4, pro: 3, enterprise: 3 });
  const owners = tally(fixtures.videos, ({ creator_id }) => creator_id);
  assert.deepEqual(Object.keys(owners).sort(), creators.map(({ creator_id }) => creator_id).sort());
  assert.ok(Object.values(owners).every((videos) => videos === 10));
});

test('1,050 students are 60 % basic, 30 % pro and 10 % enterprise', () => {
  assert.deepEqual(byTier(students), { basic: 630, pro: 315, enterprise: 105 });
});

test('the first students of the file have about that mix, however many are taken', () => {
  const shares = { basic: 0.6, pro: 0.3, enterprise: 0.1 };
  for (let taken = 1; taken <= students.length; taken++) {
    const counts = byTier(students.slice(0, taken));
    for (const [tier, share] of Object.entries(shares)) {
      const off = Math.abs((counts[tier] ?? 0) - share * taken);
      assert.ok(off < 1, `${taken} students: ${off} off in ${tier}`);
    }
  }
});

test('every creator has as many students of each tier as any other, give or take one', () => {
  for (const tier of ['basic', 'pro', 'enterprise']) {
    const perCreator = Object.values(
      tally(
        students.filter((student) => student.tier === tier),
        ({ creator_id }) => creator_id,
      ),
    );
    assert.equal(perCreator.length, 10);
    assert.ok(Math.max(...perCreator) - Math.min(...perCreator) <= 1, `${tier}: ${perCreator}`);
  }
});

test('every uploader is an enterprise creator of its own', () => {
  const uploaders = fixtures.users.filter(({ role }) => role === 'uploader');
  assert.equal(uploaders.length, 100);
  assert.ok(uploaders.every(({ tier }) => tier === 'enterprise'));
  const owned = new Set(fixtures.users.filter(({ role }) => role !== 'uploader').map(({ creator_id }) => creator_id));
  assert.ok(uploaders.every(({ creator_id }) => !owned.has(creator_id)));
  assert.equal(new Set(uploaders.map(({ creator_id }) => creator_id)).size, 100);
});

test('the rate-limits test has users of every tier to itself', () => {
  const limited = fixtures.users.filter(({ role }) => role === 'limits');
  assert.deepEqual(byTier(limited), { free: 6, basic: 6, pro: 6, enterprise: 6 });
});

test('addresses carry the prefix, and no address or id occurs twice', () => {
  assert.ok(fixtures.users.every(({ email }) => email.startsWith(TEST_PREFIX) && email.endsWith('@example.com')));
  assert.equal(students[0]!.email, 'loadtest-student-0001@example.com');
  const once = (values: string[]) => assert.equal(new Set(values).size, values.length);
  once(fixtures.users.map(({ email }) => email));
  once([
    ...fixtures.users.map(({ user_id }) => user_id),
    ...fixtures.users.filter(({ role }) => role !== 'student').map(({ creator_id }) => creator_id),
    ...fixtures.videos.map(({ video_id }) => video_id),
  ]);
});

test('more students or uploaders add rows and change none', () => {
  const more = generateFixtures({ ...SIZES, students: 1_200 }, 1);
  assert.deepEqual(more.users.slice(0, fixtures.users.length), fixtures.users);
  assert.deepEqual(more.videos, fixtures.videos);
  const moreUploaders = generateFixtures({ ...SIZES, uploaders: 150 }, 1);
  const others = ({ users }: typeof fixtures) => users.filter(({ role }) => role !== 'uploader');
  assert.deepEqual(others(moreUploaders), others(fixtures));
});

test('the longest message leaves room for what makes it unique', () => {
  const longest = ['opener', 'topic', 'closer'].map((kind) =>
    Math.max(...fixtures.questions.filter((row) => row.kind === kind).map(({ text }) => text.length)),
  );
  const total = longest.reduce((sum, length) => sum + length + 1, 0);
  assert.ok(total <= MAX_MESSAGE_LENGTH - 100, `${total} characters`);
});

test('no phrase is there twice, and there are enough for 200,000 messages', () => {
  const texts = fixtures.questions.map(({ kind, text }) => `${kind} ${text}`);
  assert.equal(new Set(texts).size, texts.length);
  const counts = Object.values(tally(fixtures.questions, ({ kind }) => kind));
  assert.ok(counts.reduce((product, count) => product * count, 1) >= 200_000);
});

test('an id is a UUID of version 4 that follows from its name', () => {
  const id = idFrom('1 user student-0');
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(idFrom('1 user student-0'), id);
  assert.notEqual(idFrom('2 user student-0'), id);
});
