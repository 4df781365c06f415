import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type K6End, startK6 } from '../../gate/runs/k6/k6-process.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-k6-'));
});
after(() => rm(folder, { recursive: true }));

/** How a k6 ends that logs these lines. */
async function endOf(lines: readonly string[]): Promise<K6End> {
  const binary = join(folder, 'k6');
  await writeFile(join(folder, 'log'), lines.map((line) => `${line}\n`).join(''));
  await writeFile(binary, '#!/bin/sh\ncat log >&2\n', { mode: 0o755 });
  return startK6({ binary, args: [], env: process.env, folder, redact: (line) => line }).ended;
}

const failed = (error: string) => JSON.stringify({ error, level: 'warning', msg: 'Request Failed' });

for (const [words, error] of [
  ['too many open files', 'Get "http://127.0.0.1:3000/x": dial tcp 127.0.0.1:3000: socket: too many open files'],
  [
    'cannot assign requested address',
    'Post "http://127.0.0.1/": dial tcp 127.0.0.1:80: connect: cannot assign requested address',
  ],
] as const) {
  test(`what the machine refused k6 is told by its requests: ${words}`, async () => {
    assert.equal((await endOf([failed('request timeout'), failed(error)])).shortOf, words);
  });
}

test('what the target says of its own open files is not held against the machine', async () => {
  const { shortOf, errors } = await endOf([
    failed('Get "http://127.0.0.1/": malformed MIME header: missing colon: "accept: too many open files"'),
    JSON.stringify({ level: 'error', msg: 'upload-url: EMFILE: too many open files' }),
    JSON.stringify({ level: 'info', msg: 'Response: {"error":"EMFILE: too many open files"}' }),
    'null',
    'panic: it broke',
  ]);
  assert.equal(shortOf, undefined);
  assert.deepEqual(errors, ['upload-url: EMFILE: too many open files', 'panic: it broke']);
});
