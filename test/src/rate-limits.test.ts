import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Fact } from '../../src/wire/facts.ts';
import { type Limits, parseLimits } from '../../src/wire/limits.ts';
import { runK6 } from './k6-run.ts';
import { limitedPlatform } from './limited-platform.ts';

/** Windows that a test can wait for, and limits that fill them with few requests. */
const LIMITS_FILE = JSON.stringify({
  chat: { windowSeconds: 5, pro: 15 },
  api: { windowSeconds: 5, free: 12, basic: 12, pro: 20 },
  upload: { windowSeconds: 5 },
  quiz: { windowSeconds: 5 },
});

let folder: string;
let file: string;
let limits: Limits;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-limits-'));
  file = join(folder, 'limits.json');
  await writeFile(file, LIMITS_FILE);
  const parsed = parseLimits(LIMITS_FILE);
  assert.ok(parsed.ok);
  limits = parsed.limits;
});
after(() => rm(folder, { recursive: true }));

/** Inspects a platform whose limiter is sound, or faulty in this way. */
async function inspect(limiter: Parameters<typeof limitedPlatform>[0]): Promise<Fact[]> {
  const platform = await limitedPlatform(limiter, limits);
  try {
    const env = { BASE_URL: platform.url, LIMITS_FILE: file };
    return (await runK6('rate-limits', join(folder, `${limiter}.json`), env)).facts;
  } finally {
    platform.close();
  }
}

/** Properties that were found otherwise, in some tier. */
function deviations(facts: readonly Fact[]): string[] {
  return [...new Set(facts.filter(({ over }) => over > 0).map(({ criterion }) => criterion))];
}

describe('the inspection of rate limits', { concurrency: true }, () => {
  it('finds everything as it should be where the limiter is sound', async () => {
    const facts = await inspect('sound');
    assert.deepEqual(deviations(facts), []);
    assert.ok(facts.length > 30);
    for (const { criterion, phase, seen } of facts) assert.ok(seen > 0, `${criterion} of ${phase} was not looked at`);
  });

  it('catches a limiter that lets one more through', async () => {
    const found = deviations(await inspect('off-by-one'));
    assert.ok(found.includes('rate-limits.minute.exact') && found.includes('rate-limits.hour.exact'), found.join());
    assert.ok(found.includes('rate-limits.minute.at-once'), found.join());
  });

  it('catches a limiter that never lets those in again who go on asking', async () => {
    const found = deviations(await inspect('counts-refused'));
    assert.ok(found.includes('rate-limits.minute.recovery'), found.join());
    assert.ok(!found.includes('rate-limits.minute.exact'), found.join());
  });

  it('catches a limiter that counts requests at the same time as one', async () => {
    const found = deviations(await inspect('not-atomic'));
    assert.ok(found.includes('rate-limits.minute.at-once') && found.includes('rate-limits.hour.at-once'), found.join());
  });
});
