import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { k6Binary } from './k6-binary.ts';

/** One small database for both setups: it is prepared once. */
const SMALL = ['--switch', 'chunks=200', '--switch', 'vectorIndex=off'];

for (const { setup, times } of [
  { setup: 'free', times: 1 },
  // Whoever starts one run after another must not meet the contract's own limit of messages a minute.
  { setup: 'recommended', times: 5 },
]) {
  it(`the embedded platform keeps the contract in its ${setup} setup, ${times} times a minute`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contract-embedded-'));
    const args = ['dist/node/platform.mjs', '--setup', setup, ...SMALL, '--follow-stdin'];
    const platform = spawn('node', args, { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      const [ready] = (await once(createInterface(platform.stdout), 'line')) as [string];
      const result = join(folder, 'contract.json');
      const env = { BASE_URL: JSON.parse(ready).url, CONTRACT_RESULT: result };
      for (let time = 0; time < times; time++) {
        const k6 = execFile(await k6Binary(), ['run', '--quiet', '--address', '', 'dist/contract.js'], { env });
        const [exitCode] = await once(k6, 'exit');
        const { fatal, deviations, asDocumented } = JSON.parse(await readFile(result, 'utf8'));
        assert.deepEqual({ exitCode, fatal, deviations }, { exitCode: 0, fatal: [], deviations: [] });
        assert.ok(asDocumented > 190, `${asDocumented} expectations held`);
      }
    } finally {
      platform.kill();
      await once(platform, 'exit');
      await rm(folder, { recursive: true });
    }
  });
}
