/** The Go/No-Go page as a browser shows it. Needs Chromium, as test/report/browser.test.ts does. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { appendToLedger } from '../../gate/release/ledger.ts';
import { signoffPage } from '../../gate/report/signoff-page.ts';
import { type MadeRelease, madeRelease, TESTED, TODAY } from './made-release.ts';
import { decided, SUBJECT } from './made-signoff.ts';

const BINARY = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('in a browser', { skip: BINARY ? false : 'there is no Chromium: install it, or name it in CHROMIUM' }, () => {
  let release: MadeRelease;
  let browser: Browser;
  let path: string;
  before(async () => {
    release = await madeRelease();
    for (const each of TESTED) await release.run({ test: each, broken: each === 'video' ? ['video.queue'] : [] });
    await release.audit({
      connections: {
        outcome: 'found',
        title: 'Connections',
        severity: 'critical',
        seen: '15.',
        fix: 'Pro',
        monthlyCost: 25,
      },
    });
    const entry = { kind: 'answer', answer: 'yes', by: 'Ada Lovelace', at: TODAY, note: '', ...SUBJECT } as const;
    await appendToLedger(release.ledger, [{ ...entry, line: 'signoff.engineering' }]);
    path = join(release.root, 'signoff.html');
    await writeFile(path, signoffPage(await decided(release), 'f'.repeat(64)));
    browser = await chromium.launch({ executablePath: BINARY!, args: FLAGS.split(' ') });
  });
  after(async () => {
    await browser?.close();
    await release.remove();
  });

  async function visit(use: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<string[]> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(`asked for ${request.url()}`);
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(path).href);
    await use(page);
    await context.close();
    return complaints;
  }

  test('the decision is the first thing said, with its reasons', async () => {
    const complaints = await visit(async (page) => {
      assert.equal(await page.title(), 'NO-GO: embedded recommended, 2026-03-16 12:00');
      assert.match(
        (await page.locator('h1').textContent())!,
        /^embedded recommended is not ready to launch: \d+ lines/,
      );
      assert.match(
        (await page.locator('.notes li').first().textContent())!,
        /^database\.tier failed: Connections: 15\.$/,
      );
      assert.match(
        await page.locator('#metrics tbody tr').first().innerText(),
        /fail\s+video\.queue\s+normal\s+< 50\s+80/,
      );
    });
    assert.deepEqual(complaints, []);
  });

  test('each of the three has lines for a name, a date and a signature; who has signed is there', async () => {
    await visit(async (page) => {
      const cards = page.locator('.signatures article');
      assert.deepEqual(await cards.locator('h3').allTextContents(), ['Engineering', 'Product', 'Leadership']);
      assert.match(await cards.first().innerText(), /Ada Lovelace[\s\S]*2026-03-15/);
      assert.equal(await cards.nth(1).locator('.blank').count(), 4);
    });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing against it in ${colorScheme}`, async () => {
      const axe = await readFile(AXE, 'utf8');
      await visit(
        async (page) => {
          await page.evaluate(axe);
          const violations = await page.evaluate(
            'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
          );
          assert.deepEqual(violations, []);
        },
        { colorScheme },
      );
    });
  }

  test('on a narrow screen nothing but tables scrolls sideways', () =>
    visit(
      async (page) => {
        assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
      },
      { viewport: { width: 360, height: 740 } },
    ).then((complaints) => assert.deepEqual(complaints, [])));

  test('on paper it is light, and its tables are whole', () =>
    visit(
      async (page) => {
        await page.emulateMedia({ media: 'print' });
        assert.equal(await page.locator('nav').isVisible(), false);
        assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflow"), 'visible');
        assert.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'light');
      },
      { colorScheme: 'dark' },
    ).then((complaints) => assert.deepEqual(complaints, [])));
});
