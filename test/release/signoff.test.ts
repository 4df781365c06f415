import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Gathered } from '../../gate/release/evidence.ts';
import { changesSince } from '../../gate/release/fingerprints.ts';
import { appendToLedger } from '../../gate/release/ledger.ts';
import { setupCosts } from '../../gate/release/setup-costs.ts';
import { newestSignoff, readSignoff, signoffFolder } from '../../gate/release/signoff.ts';
import { signoffMarkdown } from '../../gate/report/signoff-markdown.ts';
import { signoffPage } from '../../gate/report/signoff-page.ts';
import type { SignoffFile } from '../../src/wire/release-files.ts';
import { type MadeRelease, madeRelease, TESTED, TODAY } from './made-release.ts';
import { decided, SUBJECT } from './made-signoff.ts';

const NOW = new Date('2026-03-16T12:00:00.000Z');

let release: MadeRelease;
let signoff: SignoffFile;
before(async () => {
  release = await madeRelease();
  for (const each of TESTED) await release.run({ test: each, broken: each === 'video' ? ['video.queue'] : [] });
  await release.audit({
    media: { outcome: 'found', title: 'Media', seen: 'from the app.', fix: 'a CDN', monthlyCost: 20 },
  });
  const entry = {
    kind: 'answer',
    answer: 'yes',
    by: 'Ada Lovelace',
    at: TODAY,
    note: 'read all | of it',
    ...SUBJECT,
  } as const;
  await appendToLedger(release.ledger, [{ ...entry, line: 'signoff.engineering' }]);
  signoff = await decided(release);
});
after(() => release.remove());

test('the record holds decision, reasons, metrics, findings and signatures', () => {
  assert.equal(signoff.decision, 'NO-GO');
  assert.ok(
    signoff.reasons.some((reason) => /^criteria\.queue failed: 80 in \w+ \(< 50\)\.$/.test(reason)),
    signoff.reasons.join('\n'),
  );
  const queue = signoff.metrics.filter(({ criterion }) => criterion === 'video.queue');
  assert.deepEqual(
    queue.map(({ phase, limitText, actual, outcome }) => [phase, limitText, actual, outcome]),
    ['normal', 'peak', 'stress'].map((phase) => [phase, '< 50', '80', 'fail']),
  );
  assert.deepEqual(signoff.findings, [
    { title: 'Media', severity: 'high', seen: 'from the app.', fix: 'a CDN', monthlyCost: 20 },
  ]);
  assert.deepEqual(
    signoff.signatures.map(({ role, by }) => [role, by]),
    [
      ['Engineering', 'Ada Lovelace'],
      ['Product', ''],
      ['Leadership', ''],
    ],
  );
  assert.deepEqual(
    signoff.costs.map(({ setup, parts }) => [setup, parts.reduce((sum, { monthly }) => sum + monthly, 0)]),
    [
      ['free', 0],
      ['recommended', 205],
    ],
  );
});

test('only a mixed run that passed or failed says how many users its setup carries', () => {
  const carried = (outcome: string) => {
    const mixed = { name: 'then', verdict: { outcome }, file: { configuration: { users: 1_000 } } };
    const gathered = { subject: SUBJECT, runs: { mixed }, carried: new Map() } as unknown as Gathered;
    const setups = [{ name: 'recommended', items: { database: 25 }, claims: { users: 900 } }];
    return setupCosts(gathered, setups)[0]!.carries;
  };
  assert.equal(carried('pass'), '1,000 users, by mixed/then');
  assert.equal(carried('fail'), 'fewer than 1,000 users, by mixed/then');
  for (const undecided of ['inconclusive', 'invalid', 'interrupted']) {
    assert.equal(carried(undecided), '900 users, by costs.json; not measured here');
  }
});

test('every success criterion of the checklist is in the table of metrics', () => {
  const wanted = ['chat.p95', 'chat.p99', 'chat.failures.normal', 'chat.failures.loaded', 'chat.connections'];
  const further = [
    'database.connections',
    'database.cache-hits',
    'video.queue',
    'video.processing.rate',
    'mixed.throughput',
  ];
  const shown = new Set(signoff.metrics.map(({ criterion }) => criterion));
  for (const criterion of [...wanted, ...further]) assert.ok(shown.has(criterion), criterion);
});

test('it names every file that it rests on, and all are as they were', async () => {
  const paths = signoff.evidence.map(({ path }) => path);
  for (const path of ['checklist.yaml', 'attestations.jsonl', 'costs.json']) assert.ok(paths.includes(path));
  assert.equal(paths.filter((path) => path.endsWith('verdict.json')).length, TESTED.length);
  assert.equal(paths.filter((path) => path.endsWith('summary.json')).length, TESTED.length);
  assert.equal(paths.filter((path) => path.startsWith('results/audit/')).length, 1);
  assert.deepEqual(await changesSince(release.root, signoff.evidence), []);
});

test('what was changed or taken away since is named; a ledger may grow', async () => {
  const later = signoff.evidence.map((print) => ({ ...print }));
  await appendFile(join(release.root, 'attestations.jsonl'), '{"later":true}\n');
  assert.deepEqual(await changesSince(release.root, later), []);
  const summary = later.find(({ path }) => path.includes('chat') && path.endsWith('summary.json'))!.path;
  const text = await readFile(join(release.root, summary), 'utf8');
  await writeFile(join(release.root, summary), text.replace('"over":0', '"over":1'));
  assert.deepEqual(await changesSince(release.root, later), [`${summary} was changed.`]);
  await writeFile(join(release.root, summary), text);
  const audit = later.find(({ path }) => path.startsWith('results/audit/'))!.path;
  const kept = await readFile(join(release.root, audit));
  await rm(join(release.root, audit));
  assert.deepEqual(await changesSince(release.root, later), [`${audit} is no longer there.`]);
  await writeFile(join(release.root, audit), kept);
});

test('the newest record is found again and read, and one of a later schema is refused', async () => {
  const folder = await signoffFolder(release.results, NOW);
  await writeFile(join(folder, 'signoff.json'), JSON.stringify(signoff));
  const path = (await newestSignoff(release.results))!;
  assert.equal(path, join(folder, 'signoff.json'));
  const read = await readSignoff(path);
  assert.ok(read.ok && read.content.decision === 'NO-GO');
  const other = join(release.results, 'signoff', 'other');
  await mkdir(other);
  await writeFile(join(other, 'signoff.json'), JSON.stringify({ ...signoff, schema: 2 }));
  const refused = await readSignoff(join(other, 'signoff.json'));
  assert.ok(!refused.ok && refused.problem.includes('update launchgate'));
  await rm(other, { recursive: true });
});

test('the page is one file with a policy, and escapes what people write', () => {
  const hostile = { ...signoff, reasons: ['<img src=x onerror=alert(1)>'] };
  const page = signoffPage(hostile, 'abc');
  assert.match(
    page,
    /Content-Security-Policy" content="default-src &#39;none&#39;|Content-Security-Policy" content="default-src 'none'/,
  );
  assert.ok(page.includes('&lt;img src=x onerror=alert(1)&gt;'));
  assert.ok(!page.includes('<img'));
});

test('Markdown keeps what people write in its cell', () => {
  const text = signoffMarkdown(signoff, 'abc');
  assert.match(
    text,
    /^# NO-GO\n\nembedded recommended is not ready to launch: \d+ lines of the checklist say so, and \d+ wait for people\./,
  );
  const row = text.split('\n').find((line) => line.startsWith('| Engineering'))!;
  assert.equal(row, '| Engineering | Ada Lovelace | 2026-03-15 | – |');
});
