/**
 * The report as a browser shows it. Needs Chromium: the one that CHROMIUM names, or Debian's; without one all of this
 * is skipped, and says so.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { comparisonPage } from '../../gate/report/comparison-page.ts';
import { type ServedResults, serveResults } from '../../gate/report/serve.ts';
import { writeReports } from '../../gate/report/write.ts';
import { comparedRuns } from './compared-runs.ts';
import { madeRun } from './made-run.ts';

const BINARY = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));
const SKIP = BINARY ? false : 'there is no Chromium: install it, or name it in CHROMIUM';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('in a browser', { skip: SKIP }, () => {
  let folder: string;
  let served: ServedResults;
  let browser: Browser;
  let axe: string;
  /** Paths of the reports. */
  let failing: string;
  let smoke: string;
  let dead: string;
  let comparison: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'launchgate-browser-'));
    const results = join(folder, 'results');
    const reports: string[] = [];
    for (const options of [
      { startedAt: '2026-03-01T10:00:00.250Z', slow: true, hostile: true },
      { startedAt: '2026-03-02T10:00:00.250Z', profile: 'smoke' } as const,
      { startedAt: '2026-03-03T10:00:00.250Z', profile: 'smoke', dead: true } as const,
      { startedAt: '2026-03-04T10:00:00.250Z' },
    ]) {
      const { reportPath } = await writeReports(await madeRun(results, options));
      reports.push(reportPath.slice(results.length));
    }
    [failing, smoke, dead] = reports as [string, string, string];
    const { file } = await comparedRuns(join(folder, 'compared'));
    comparison = '/comparison.html';
    await writeFile(join(results, comparison), comparisonPage(file));
    served = await serveResults(results, 0);
    axe = await readFile(AXE, 'utf8');
    browser = await chromium.launch({ executablePath: BINARY!, args: FLAGS.split(' ') });
  });

  after(async () => {
    await browser?.close();
    served?.server.close();
    await rm(folder, { recursive: true });
  });

  interface Visit {
    page: Page;
    /** Addresses that were asked for. */
    requests: string[];
    /** Errors and warnings on the console, and exceptions. */
    complaints: string[];
  }

  async function visit(path: string, use: (visit: Visit) => Promise<void>, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(served.url + path);
    await use({ page, requests, complaints });
    await context.close();
  }

  /** What is drawn, so that two moments can be compared. */
  const picture = (page: Page, chart: string) =>
    page.evaluate(`document.querySelector('#${chart} canvas').toDataURL()`);
  /** The button says so for a moment only, which a busy machine can miss; what is read out stays. */
  const hasCopied = (page: Page) =>
    page
      .getByRole('status')
      .filter({ hasText: /^Copied \d+ rows/ })
      .waitFor({ state: 'attached' });
  const shownTime = (page: Page) => page.locator('#time-bar output').textContent();

  async function drag(page: Page, chart: string, from: number, to: number): Promise<void> {
    const area = page.locator(`#${chart} .u-over`);
    await area.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await area.boundingBox())!;
    await page.mouse.move(x + width * from, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * to, y + height / 2, { steps: 4 });
    await page.mouse.up();
  }

  test('the verdict is the first thing said, with what it hangs on', () =>
    visit(failing, async ({ page }) => {
      assert.equal(await page.title(), 'Fail: chat, 2026-03-01 10:00');
      const heading = page.getByRole('heading', { level: 1 });
      assert.match(
        (await heading.textContent())!,
        /^Chat does not hold: \d of 12 criteria failed, with up to 1,000 users/,
      );
      assert.match((await page.locator('.detail').textContent())!, /^chat\.p95 in stress: 9\.\d+ s \(p95 < 5 s\)/);
      assert.match((await page.locator('#criteria tbody tr').first().innerText())!, /^fail\s+chat\.p95/);
    }));

  test('nothing is asked of anybody, and nothing is complained of', () =>
    visit(failing, async ({ page, requests, complaints }) => {
      await page.locator('#chart-load canvas').waitFor();
      await page.locator('#theme').click();
      assert.deepEqual(requests, [served.url + failing]);
      assert.deepEqual(complaints, []);
    }));

  test('what a hostile target answers is text', () =>
    visit(failing, async ({ page }) => {
      assert.match(await page.title(), /^Fail: chat/);
      assert.equal(await page.locator('img').count(), 0);
      assert.match(
        await page.locator('.notes').innerText(),
        /answered <\/script><script>document\.title="owned"<\/script>/,
      );
      assert.match(await page.locator('#errors').innerText(), /<img src=x onerror=alert\(1\)>/);
    }));

  test('a drag over one chart zooms all of them, and the button shows everything again', () =>
    visit(failing, async ({ page }) => {
      assert.match((await shownTime(page))!, /the whole run$/);
      const whole = await picture(page, 'chart-users');
      await drag(page, 'chart-rate', 0.5, 0.8);
      assert.match((await shownTime(page))!, /^3:\d\d to 5:\d\d$/);
      await page.mouse.move(0, 0);
      assert.notEqual(await picture(page, 'chart-users'), whole);
      await page.getByRole('button', { name: 'Show all' }).click();
      assert.equal(await picture(page, 'chart-users'), whole);
    }));

  test('the keyboard zooms, moves along a chart and reads it out', () =>
    visit(failing, async ({ page }) => {
      await page.getByRole('group', { name: /^Chart: POST \/api\/chat\./ }).focus();
      await page.keyboard.press('+');
      assert.match((await shownTime(page))!, /^1:\d\d to 5:\d\d$/);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const said = await page.getByRole('status').filter({ hasText: 'p95' }).textContent();
      assert.match(said!, /^1:\d\d to 1:\d\d, normal: p50 1\.\d+ s, p95 [23][.\d]* s, p99 –$/);
      await page.keyboard.press('0');
      assert.match((await shownTime(page))!, /the whole run$/);
    }));

  test('a phase in the time bar is a zoom to that phase', () =>
    visit(failing, async ({ page }) => {
      await page.getByRole('button', { name: /^Show stress/ }).click();
      assert.equal(await shownTime(page), '5:15 to 6:15');
    }));

  test('the mouse over a chart shows the values of that moment', () =>
    visit(failing, async ({ page }) => {
      const area = page.locator('#chart-latency-0 .u-over');
      await area.hover({ position: { x: 100, y: 50 } });
      const tooltip = page.locator('#chart-latency-0 .tooltip');
      assert.match((await tooltip.innerText()).replace(/\s+/g, ' '), /^1:\d\d to 1:\d\d, normal p50 1\.\d+ s p95 /);
      assert.equal(await page.locator('.tooltip:visible').count(), 1);
    }));

  test('a line can be taken out of a chart and put back', () =>
    visit(failing, async ({ page }) => {
      const toggle = page.locator('#chart-latency-0').getByRole('button', { name: 'p99' });
      const all = await picture(page, 'chart-latency-0');
      await toggle.click();
      assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
      assert.notEqual(await picture(page, 'chart-latency-0'), all);
      await toggle.click();
      assert.equal(await picture(page, 'chart-latency-0'), all);
    }));

  test('another resolution gives other points, and their figures can be read and copied', () =>
    visit(failing, async ({ page }) => {
      await page.getByLabel('Each point').selectOption({ label: '30 s' });
      const figures = page.locator('#chart-users details');
      await figures.locator('summary').click();
      await figures.locator('tbody tr').first().waitFor();
      assert.equal(await figures.locator('tbody tr').count(), 14);
      await figures.getByRole('button', { name: 'Copy as CSV' }).click();
      await hasCopied(page);
      const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
      assert.match(copied, /^Time,Users\n"?0:00 to 0:30, normal"?,100\n/);
    }));

  test('a table is copied as CSV', () =>
    visit(failing, async ({ page }) => {
      await page.locator('[data-copy=endpoints]').click();
      await hasCopied(page);
      const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
      const [header, first] = copied.split('\n');
      assert.equal(header, 'Endpoint,Phase,Requests,Each second,Failed,Failed share,p50,p90,p95,p99,Longest');
      assert.match(first!, /^POST \/api\/chat,normal,"1,0\d\d",5\.\d+,/);
    }));

  test('endpoint and measure can be chosen where a chart shows one', () =>
    visit(failing, async ({ page }) => {
      for (const [chart, label, option] of [
        ['chart-parts', 'Endpoint', 'GET /api/chat/history'],
        ['chart-distribution', 'Endpoint', 'GET /api/chat/history'],
        ['chart-load', 'Load in', 'requests each second'],
      ] as const) {
        const before = await picture(page, chart);
        await page.locator(`#${chart}`).getByLabel(label).selectOption({ label: option });
        assert.notEqual(await picture(page, chart), before, chart);
      }
    }));

  test('the theme follows the system until the reader chooses, and paper is light', () =>
    visit(
      failing,
      async ({ page }) => {
        const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
        const dark = [await paper(), await picture(page, 'chart-users')];
        await page.getByRole('button', { name: 'Show in light colours' }).click();
        const light = [await paper(), await picture(page, 'chart-users')];
        assert.notEqual(light[0], dark[0]);
        assert.notEqual(light[1], dark[1]);
        await page.getByRole('button', { name: 'Show in dark colours' }).click();
        await page.emulateMedia({ media: 'print' });
        assert.equal(await paper(), light[0]);
        assert.equal(await page.locator('#time-bar').isVisible(), false);
      },
      { colorScheme: 'dark' },
    ));

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing against reports and index in ${colorScheme}`, async () => {
      for (const path of colorScheme === 'light'
        ? [failing, smoke, dead, comparison, '/']
        : [failing, comparison, '/']) {
        await visit(
          path,
          async ({ page }) => {
            if (path === failing) await page.locator('#chart-users summary').click();
            await page.evaluate(axe);
            const violations = await page.evaluate(
              'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
            );
            assert.deepEqual(violations, [], path);
          },
          { colorScheme },
        );
      }
    });
  }

  test('on a narrow screen nothing but tables scrolls sideways', () =>
    visit(
      failing,
      async ({ page }) => {
        await page.locator('#chart-load canvas').waitFor();
        assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
        assert.equal(
          await page.evaluate(
            '[...document.querySelectorAll("canvas")].every((canvas) => canvas.getBoundingClientRect().right <= innerWidth)',
          ),
          true,
        );
      },
      { viewport: { width: 360, height: 740 } },
    ));

  test('the index lists the newest first, leads to the reports, and can be filtered', () =>
    visit('/', async ({ page, complaints }) => {
      const rows = page.locator('#runs tbody tr');
      assert.deepEqual(await rows.locator('a').allInnerTexts(), [
        '2026-03-04 10:00:00',
        '2026-03-03 10:00:00',
        '2026-03-02 10:00:00',
        '2026-03-01 10:00:00',
      ]);
      assert.match(
        await page.locator('.trends').innerText(),
        /chat, standard: last 2 runs\s+chat\.p50\.normal\s+1\.\d+ s\s+chat\.p95\.normal\s+2\.\d+ s\s+p95 < 5 s/,
      );
      await page.getByLabel('Test').selectOption('chat');
      assert.equal(await rows.filter({ visible: true }).count(), 4);
      await rows.first().locator('a').click();
      assert.match(await page.title(), /^Pass: chat, 2026-03-04/);
      assert.deepEqual(complaints, []);
    }));

  test('a comparison says its verdict first, draws old and new over each other, and asks nothing of anybody', () =>
    visit(comparison, async ({ page, requests, complaints }) => {
      assert.match(await page.title(), /^Regressed: chat against its baseline, /);
      assert.match((await page.getByRole('heading', { level: 1 }).textContent())!, /^Chat got worse in 2 of 3/);
      const both = await picture(page, 'chart-distribution-0');
      const toggle = page
        .locator('#chart-distribution-0')
        .getByRole('button', { name: 'old (5 runs, 5,000 requests)' });
      await toggle.click();
      assert.notEqual(await picture(page, 'chart-distribution-0'), both);
      await page.locator('[data-copy=figures]').click();
      await hasCopied(page);
      const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
      assert.match(copied, /\nregressed,chat\.p95\.normal POST \/api\/chat,2\.7 s ± 2\.\d+ % 3\.37 s ± 2\.\d+ %,/);
      assert.deepEqual(requests, [served.url + comparison]);
      assert.deepEqual(complaints, []);
    }));

  test('a run without one answer says so in words where charts would be empty', () =>
    visit(dead, async ({ page, complaints }) => {
      const text = await page.locator('main').innerText();
      assert.match(text, /Too few successful requests for a chart of their latency: POST \/api\/chat, /);
      assert.match(text, /Where the time goes: the platform sent no Server-Timing\./);
      assert.match(text, /Distribution: no request succeeded while a phase was held\./);
      assert.match(text, /Latency against load: no moment had the 20 requests/);
      assert.match(text, /no answer\s+dial: connection refused/);
      assert.deepEqual(complaints, []);
    }));

  test('junit.xml is well-formed, whatever the target said', () =>
    visit(failing.replace('report.html', 'junit.xml'), async ({ page }) => {
      assert.equal(await page.evaluate('document.querySelectorAll("parsererror").length'), 0);
      assert.equal(await page.evaluate('document.querySelectorAll("testcase").length'), 13);
    }));
});
