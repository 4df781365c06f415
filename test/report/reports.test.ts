import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { writeReports } from '../../gate/report/write.ts';
import type { CriterionVerdict, RunFile, Verdict } from '../../src/wire/run-files.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { HOSTILE, madeRun } from './made-run.ts';

let folder: string;
/** A run that was made once; each test works on its own copy. */
let original: string;
let run: string;
let copies = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-reports-'));
  const startedAt = '2026-03-01T10:00:00.250Z';
  original = await madeRun(join(folder, 'made'), { startedAt, profile: 'smoke', hostile: true });
});
after(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  run = join(folder, `copy-${copies++}`, 'results', 'chat', '2026-03-01T10-00-00Z-smoke');
  await cp(original, run, { recursive: true });
});

const read = (name: string) => readFile(join(run, name), 'utf8');
const write = (name: string, content: unknown) => writeFile(join(run, name), JSON.stringify(content));
const readJson = async <Content>(name: string): Promise<Content> => JSON.parse(await read(name));

async function changeVerdict(change: Partial<Verdict>): Promise<void> {
  await write('verdict.json', { ...(await readJson<Verdict>('verdict.json')), ...change });
}

describe('the page', () => {
  test('is one file under 1 MB that names no address to fetch from', async () => {
    const { reportPath } = await writeReports(run);
    const page = await readFile(reportPath, 'utf8');
    assert.ok(page.length < 1_000_000);
    assert.doesNotMatch(page, /<(?:script|link|img|iframe)[^>]* (?:src|href)="(?!data:)/);
    assert.doesNotMatch(page, /@import|url\(/);
  });

  test('lets only its own script and style run', async () => {
    await writeReports(run);
    const page = await read('report.html');
    const hash = (text: string) => `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!;
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    assert.ok(policy.includes(`script-src ${hash(script)};`));
    assert.ok(policy.includes(`style-src ${hash(style)};`));
    assert.ok(policy.startsWith('default-src &#39;none&#39;'));
  });

  test('holds no tag that a target answered', async () => {
    await writeReports(run);
    const page = await read('report.html');
    assert.ok(page.includes('&lt;script&gt;document.title='), 'the hostile text is on the page');
    assert.equal(page.split('<script').length - 1, 2, 'only our own two script elements');
    assert.ok(!page.includes('<img'));
  });
});

test('a percentile that only failures broke gives their share, and no bar that looks like a pass', async () => {
  const { criteria } = await readJson<Verdict>('verdict.json');
  const p95 = criteria.find(({ stat }) => stat === 'p95')!;
  const note = '83 % over 5 s or failed; 5 % allowed';
  await changeVerdict({
    outcome: 'fail',
    criteria: [{ ...p95, severity: 'must', outcome: 'fail', actual: p95.limit / 2, note }],
  });
  await writeReports(run);
  const page = await read('report.html');
  assert.ok(page.includes(`${p95.criterion} in ${p95.phase}: ${note}`), 'the headline says what it failed by');
  assert.ok(!page.includes('class="bar '));
});

describe('summary.md', () => {
  test('says the verdict first, and names the run', async () => {
    await writeReports(run);
    const markdown = await read('summary.md');
    assert.match(markdown, /^### ✅ Pass: Chat holds: 3 criteria met/);
    assert.match(markdown, /Run chat-2026-03-01T10-00-00Z-smoke · smoke profile · 2026-03-01 10:00 UTC/);
  });

  test('keeps what failed in the open and folds away what passed', async () => {
    const { criteria } = await readJson<Verdict>('verdict.json');
    await changeVerdict({
      outcome: 'fail',
      criteria: criteria.map((each, index) => (index === 0 ? failed(each) : each)),
    });
    await writeReports(run);
    const [open, folded] = (await read('summary.md')).split('<details>');
    assert.match(open!, /\| ❌ fail \| chat\.p95 \|/);
    assert.match(folded!, /<summary>2 criteria passed<\/summary>/);
    assert.doesNotMatch(folded!, /chat\.p95/);
  });

  test('takes no markup, no table cell and no mention from the target', async () => {
    const { criteria } = await readJson<Verdict>('verdict.json');
    const note = '<img src=x> | @everyone [x](http://y) `z`';
    await changeVerdict({ criteria: [{ ...criteria[0]!, note }] });
    await writeReports(run);
    const row = (await read('summary.md')).split('\n').find((line) => line.includes('chat.p95'))!;
    assert.equal(row.split('|').length, 10);
    assert.doesNotMatch(row, /[<@`[]/);
  });
});

describe('junit.xml', () => {
  test('has a case for each criterion and one for the run', async () => {
    await writeReports(run);
    const xml = await read('junit.xml');
    assert.match(xml, /<testsuite name="launchgate chat smoke" tests="4" failures="0" errors="0" skipped="0"/);
    assert.match(xml, /<testcase classname="chat.smoke" name="chat.p95: p95 &lt; 5 s" time="0"\/>/);
  });

  test('a failed must is a failure; a failed should and what is undecided are skipped', async () => {
    const [first, second, third] = (await readJson<Verdict>('verdict.json')).criteria;
    await changeVerdict({
      outcome: 'fail',
      criteria: [failed(first!), { ...failed(second!), severity: 'should' }, { ...third!, outcome: 'inconclusive' }],
    });
    await writeReports(run);
    const xml = await read('junit.xml');
    assert.match(xml, /<testsuites tests="4" failures="1" errors="0" skipped="2"/);
    assert.match(xml, /name="chat.p99: [^>]*><skipped message="failed, but it is no must: /);
  });

  test('of an invalid run the first case is an error and no criterion counts', async () => {
    await changeVerdict({
      outcome: 'invalid',
      reasons: [{ code: 'generator-cpu', text: 'k6 used 95 % of its cores.' }],
    });
    await writeReports(run);
    const xml = await read('junit.xml');
    assert.match(xml, /failures="0" errors="1" skipped="3"/);
    assert.match(xml, /<error message="Invalid" type="error">[^<]*k6 used 95 % of its cores\.<\/error>/);
  });

  test('holds no character that XML can’t have', async () => {
    const { criteria } = await readJson<Verdict>('verdict.json');
    await changeVerdict({ criteria: [{ ...failed(criteria[0]!), note: 'a\u0000b\u001b[31mc\ud800d<e' }] });
    await writeReports(run);
    assert.match(await read('junit.xml'), /a b \[31mc d&lt;e/);
  });
});

test('criteria.csv has a row for each criterion', async () => {
  await writeReports(run);
  const [header, first, ...more] = (await read('criteria.csv')).trimEnd().split('\n');
  assert.match(header!, /^run,test,profile,criterion,phase,severity,subject,outcome,stat,limit,actual,unit,seen,over,/);
  assert.match(
    first!,
    /^chat-2026-03-01T10-00-00Z-smoke,chat,smoke,chat\.p95,smoke,must,POST \/api\/chat,pass,p95,5000,/,
  );
  assert.equal(more.length, 2);
});

describe('of a folder that is not whole', () => {
  /** File, what is in it, and the line that says so. */
  const FLAWS: [name: string, file: string, content: string | null, problem: string | RegExp][] = [
    ['a missing verdict', 'verdict.json', null, 'verdict.json is missing'],
    ['a cut-off summary', 'summary.json', '{"schema":1,"test":"ch', 'summary.json is cut off or no JSON'],
    ['an empty timeline', 'timeline.json', '', 'timeline.json is cut off or no JSON'],
    [
      'a timeline of a newer launchgate',
      'timeline.json',
      '{"schema":99}',
      'timeline.json has schema 99, this launchgate reads up to 1: update launchgate',
    ],
    ['foreign JSON', 'summary.json', '[1,2,3]', "summary.json isn't launchgate's: it has no schema number"],
    ['a foreign verdict', 'verdict.json', '{"schema":1,"runId":5}', /^verdict\.json isn't launchgate's: runId is /],
  ];
  for (const [name, file, content, problem] of FLAWS) {
    test(`${name} is told in one line, and the rest is reported`, async () => {
      if (content === null) await rm(join(run, file));
      else await writeFile(join(run, file), content);
      const { problems } = await writeReports(run);
      assert.equal(problems.length, 1);
      if (typeof problem === 'string') assert.equal(problems[0], problem);
      else assert.match(problems[0]!, problem);
      const shown = problems[0]!.replaceAll("'", '&#39;').replaceAll('"', '&quot;').replaceAll('>', '&gt;');
      assert.ok((await read('report.html')).includes(shown));
    });
  }

  test('a timeline that contradicts itself costs the charts and nothing else', async () => {
    const timeline = await readJson<Timeline>('timeline.json');
    await write('timeline.json', { ...timeline, cells: [[3, 0, 99, 1, 0, 'bm8gaGlzdG9ncmFt']] });
    const { problems } = await writeReports(run);
    assert.match(problems.join(), /^timeline\.json is damaged: /);
    assert.match(await read('report.html'), /No charts: timeline\.json is damaged/);
  });

  test('a missing timeline is folded from the samples', async () => {
    const before = await readJson<Timeline>('timeline.json');
    await rm(join(run, 'timeline.json'));
    const { problems } = await writeReports(run);
    assert.deepEqual(problems, []);
    assert.deepEqual((await readJson<Timeline>('timeline.json')).cells, before.cells);
  });

  test('samples that were cut off are folded as far as they go, and the page says so', async () => {
    await rm(join(run, 'timeline.json'));
    const samples = await read('samples.csv');
    await writeFile(join(run, 'samples.csv'), samples.slice(0, samples.length / 2));
    const { problems } = await writeReports(run);
    assert.deepEqual(problems, []);
    assert.match(await read('report.html'), /<dt>Samples<\/dt><dd>[\d,]+ rows; the file was cut off<\/dd>/);
  });

  test('an empty file of samples leaves words in place of charts', async () => {
    await rm(join(run, 'timeline.json'));
    await writeFile(join(run, 'samples.csv'), '');
    await writeReports(run);
    assert.match(await read('report.html'), /No charts: the timeline of this run is empty\./);
  });

  test('without timeline and samples words stand in place of charts', async () => {
    await rm(join(run, 'timeline.json'));
    await rm(join(run, 'samples.csv'));
    await writeReports(run);
    const page = await read('report.html');
    assert.match(page, /No charts: timeline\.json is missing\./);
    assert.match(page, /No endpoints: there is no timeline of this run\./);
  });

  test('without signals and readings the page says that they are unknown', async () => {
    const file = await readJson<RunFile>('run.json');
    await write('run.json', { ...file, generator: { ...file.generator, readings: [] } });
    await write('timeline.json', { ...(await readJson<Timeline>('timeline.json')), signals: [] });
    await writeReports(run);
    const page = await read('report.html');
    assert.match(page, /Server signals: none were recorded/);
    assert.match(page, /Load generator: its CPU and memory were not recorded\./);
  });

  test('of collected shares, which nobody watched, the page claims neither an end nor a machine', async () => {
    const file = await readJson<RunFile>('run.json');
    const unwatched = { cores: 0, memoryBytes: 0, readings: [], clockJumpsMs: [] };
    await write('run.json', { ...file, generator: unwatched, shares: [{ name: '1-pod' }, { name: '2-pod' }] });
    await writeReports(run);
    const page = await read('report.html');
    assert.match(page, /<dt>k6 ended<\/dt><dd>nobody watched<\/dd>/);
    assert.match(page, /<dt>Generator<\/dt><dd>not measured<\/dd>/);
    assert.doesNotMatch(page, /\b0 cores/);
  });

  test('nothing of a run is one clear line', async () => {
    await rm(join(run, 'run.json'));
    await rm(join(run, 'verdict.json'));
    await assert.rejects(writeReports(run), {
      message: `${run} holds no run that can be reported: run.json is missing; verdict.json is missing.`,
    });
  });
});

test('a run outside of results/ gets its reports and leaves its surroundings alone', async () => {
  const elsewhere = join(folder, 'artifact', 'run');
  await cp(original, elsewhere, { recursive: true });
  const { indexPath } = await writeReports(elsewhere);
  assert.equal(indexPath, null);
});

test('the hostile text is the one that would do harm', () => assert.match(HOSTILE, /<script>.*<img .*\u2028/));

function failed(criterion: CriterionVerdict): CriterionVerdict {
  return { ...criterion, outcome: 'fail', actual: criterion.limit * 2 };
}
