import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { SHORT_HOLDS } from './diagnosis-cases.ts';

test('what the check of the diagnosis shortens in a copy of the project stands there', async () => {
  for (const [file, text] of SHORT_HOLDS) {
    assert.ok((await readFile(file, 'utf8')).includes(text), `${file} doesn't hold:\n${text}`);
  }
});
