import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Papa from 'papaparse';
import { type Browser, chromium } from 'playwright-core';
import { found } from '../../gate/target/audit/findings.ts';
import { chatScript, contractScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';
import { type CopiedProject, copiedProject, type Ended } from './copied-project.ts';
import { type FakeTarget, fakeTarget } from './fake-target.ts';
import { ATTACKS, HOSTILE, hostile, RAW } from './hostile.ts';

const BINARY = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));

let copied: CopiedProject;
let small: Project;
let target: FakeTarget;
/** What commands print of a target that lets nobody in. */
let printed: Record<string, Ended>;
/** A run of ten users on a target that attacks wherever it can. */
let run: Ended;
let folder: string;

before(async () => {
  copied = await copiedProject();
  const sick = await fakeTarget();
  sick.behave(hostile(false));
  const env = { BASE_URL: `http://127.0.0.1:${sick.port}`, METRICS_URL: `http://127.0.0.1:${sick.port}/metrics` };
  const commands = ['run quick', 'run contract', 'verify quick', 'audit', 'data status', 'monitor --for 6s --out w.md'];
  const ended = commands.map(async (line) => [line, await copied.gate(line.split(' '), env)] as const);
  printed = Object.fromEntries(await Promise.all(ended));
  sick.close();

  target = await fakeTarget();
  target.behave(hostile(true));
  small = await throwawayProject({
    chat: chatScript({
      code: `console.error(${JSON.stringify(HOSTILE)}); throw new Error(${JSON.stringify(HOSTILE)});`,
    }),
    contract: contractScript({ fatal: [], deviations: [`GET /api/health answered ${HOSTILE}`] }),
  });
  run = await judged(small, {
    BASE_URL: `http://127.0.0.1:${target.port}`,
    METRICS_URL: `http://127.0.0.1:${target.port}/metrics`,
  });
  const [name] = await readdir(join(small.root, 'results/chat'));
  folder = join(small.root, 'results/chat', name!);
});
after(async () => {
  target.close();
  await copied.remove();
  await small.remove();
});

function judged({ root, env }: Project, more: Record<string, string>): Promise<Ended> {
  const args = [join(root, 'dist/node/launchgate.mjs'), 'run', 'chat', '--profile', 'smoke'];
  return new Promise((done) => {
    const child = execFile(process.execPath, args, { cwd: root, env: { ...env, ...more } }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

const written = (name: string) => readFile(join(folder, name), 'utf8');

test('no command lets an escape sequence through to the terminal', () => {
  for (const [line, { stdout, stderr, exitCode }] of Object.entries({ ...printed, 'run chat': run })) {
    assert.ok(stdout.length + stderr.length > 0, line);
    assert.notEqual(exitCode, 1, `${line}: ${stderr}`);
    assert.doesNotMatch(stdout, RAW, line);
    assert.doesNotMatch(stderr, RAW, line);
  }
});

test('what a target says fills no screen', () => {
  const longest = Object.values(printed).flatMap(({ stdout, stderr }) => (stdout + stderr).split('\n'));
  assert.ok(Math.max(...longest.map((line) => line.length)) < 3_000);
});

test('names in a database are text in a finding and in the SQL that it proposes', () => {
  const { seen, fix } = found('foreign-keys', `None on ${HOSTILE}.`, `create index on ${HOSTILE};`);
  assert.doesNotMatch(seen, RAW);
  assert.doesNotMatch(fix, RAW);
});

test('what is kept of a run holds no control characters', async () => {
  for (const name of ['run.json', 'verdict.json', 'summary.md', 'criteria.csv', 'junit.xml']) {
    assert.doesNotMatch(await written(name), RAW, name);
  }
  assert.ok((await written('run.json')).includes('document.title'), 'the attack reached it');
});

test('tables in Markdown keep their columns, and hold no HTML of the target’s', async () => {
  const lines = (await written('summary.md')).split('\n');
  const columns = (row: string) => row.split('|').length;
  lines.forEach((line, at) => {
    if (line.startsWith('|') && lines[at - 1]?.startsWith('|'))
      assert.equal(columns(line), columns(lines[at - 1]!), line);
  });
  assert.doesNotMatch(lines.join('\n'), /<script|<img/);
});

test('a spreadsheet takes no cell for a formula', async () => {
  const { data } = Papa.parse<string[]>(await written('criteria.csv'));
  for (const cell of data.flat()) assert.doesNotMatch(cell, /^[=+@\t\r\n]/);
});

describe('in a browser', { skip: BINARY ? false : 'there is no Chromium: install it, or name it in CHROMIUM' }, () => {
  let browser: Browser;
  before(async () => {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: BINARY!, args });
  });
  after(() => browser?.close());

  test('the report runs no script of the target’s and loads nothing', async () => {
    const page = await browser.newPage();
    const requests: string[] = [];
    const dialogs: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const address = `file://${join(folder, 'report.html')}`;
    await page.goto(address, { timeout: 120_000 });
    assert.notEqual(await page.title(), 'owned');
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(requests, [address]);
    assert.deepEqual(dialogs, []);
    const body = await page.locator('body').innerText();
    assert.ok(body.includes('<script>document.title="owned"</script>'), 'the attack is on the page, as text');
    assert.ok(!body.includes(ATTACKS.direction), 'no line is turned');
    await page.close();
  });

  test('junit.xml is well-formed', async () => {
    const page = await browser.newPage();
    const xml = JSON.stringify(await written('junit.xml'));
    const error = await page.evaluate(
      `new DOMParser().parseFromString(${xml}, 'application/xml').querySelector('parsererror')?.textContent ?? ''`,
    );
    assert.equal(error, '');
    await page.close();
  });
});
