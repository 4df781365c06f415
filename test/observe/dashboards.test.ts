import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { dashboard, filledIn } from './dashboard.ts';

const skip = existsSync('/usr/bin/promtool') ? false : "Debian's prometheus is not installed";

test('every expression of the dashboards parses, by promtool', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-dashboards-'));
  const file = join(folder, 'expressions.yml');
  const panels = [...(await dashboard('k6')).panels, ...(await dashboard('platform')).panels];
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => filledIn(expr)));
  const rules = expressions.map((expr, index) => ({ record: `expression:${index}`, expr }));
  await writeFile(file, stringify({ groups: [{ name: 'dashboards', rules }] }));
  const { stdout } = await promisify(execFile)('promtool', ['check', 'rules', file]);
  await rm(folder, { recursive: true });
  assert.match(stdout, new RegExp(`SUCCESS: ${expressions.length} rules found`));
});

test('without a prometheus on PATH, observe says so in one line and sends no load', async () => {
  const { HOME } = process.env;
  const path = await mkdtemp(join(tmpdir(), 'launchgate-path-'));
  const program = resolve('dist/node/launchgate.mjs');
  const ended = await promisify(execFile)(process.execPath, [program, 'observe'], { env: { HOME, PATH: path } }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  await rm(path, { recursive: true });
  assert.ok('code' in ended);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^launchgate: No prometheus on PATH.*\n$/);
});

test('panels of a dashboard lie beside each other, none over another', async () => {
  for (const name of ['k6', 'platform']) {
    const { panels, uid } = await dashboard(name);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      assert.ok(x + w <= 24, uid);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);
    });
    assert.equal(new Set(cells).size, cells.length, uid);
  }
});
