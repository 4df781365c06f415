/** Answers in which something is missing: what an audit could not see in them is asked of a person, never called fine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppAnswer } from '../../gate/target/audit/app.ts';
import type { Figures } from '../../gate/target/audit/metrics.ts';
import { aiLimitFinding, aiQueueFindings, poolFinding, questionChecks } from '../../gate/target/audit/provoked.ts';
import { cacheChecks, listCheck, type Readers } from '../../gate/target/audit/reads.ts';

/** An app whose members are all answered the same way. */
function answering(answer: (path: string) => Partial<AppAnswer>, figures: Figures = {}): Readers {
  const get = async (path: string) => ({ status: 200, headers: new Headers(), text: '', timing: {}, ...answer(path) });
  const member = { get, post: get };
  return {
    ...{ student: member, creator: member, uploader: member },
    figures: async () => figures,
  } as object as Readers;
}

const ofLists = (path: string) => Number(/limit=(\d+)/.exec(path)?.[1] ?? 0);
const listed = (path: string) => ({ body: { videos: Array.from({ length: ofLists(path) }, (_, id) => ({ id })) } });

test('an app that never tells its database time does not show whether the cache spared any', async () => {
  const findings = await cacheChecks(answering(() => ({ timing: { auth: 1 } })));
  assert.deepEqual(
    findings.map(({ outcome }) => outcome),
    ['not seen', 'not seen'],
  );
});

test('a counter of queries that stands still does not show how many a list takes', async () => {
  assert.equal((await listCheck(answering(listed, { queries: 40 }))).outcome, 'not seen');
});

test('the provider carries the users only when its limits in tokens are known too', () => {
  assert.equal(aiLimitFinding({ requests: 1e6 }, {}).outcome, 'not seen');
  assert.equal(aiLimitFinding({ requests: 1e6, inputTokens: 1e9 }, {}).outcome, 'not seen');
  assert.equal(aiLimitFinding({ tokens: 1e9 }, {}).outcome, 'not seen');
  assert.equal(aiLimitFinding({ requests: Number.NaN, tokens: 1e9 }, {}).outcome, 'not seen');
  assert.equal(aiLimitFinding({ requests: 1e6, tokens: 1e9 }, {}).outcome, 'ok');
  assert.equal(aiLimitFinding({ requests: 1e6, tokens: 1 }, {}).outcome, 'found');
});

test('questions that failed for another reason got no connection in their turn', async () => {
  const { outcome, seen } = await poolFinding(
    answering(() => ({ status: 429 })),
    { connectionLimit: 3 },
  );
  assert.equal(outcome, 'not seen', seen);
});

test('questions that failed were not answered by a queue, whatever the status', async () => {
  const findings = await aiQueueFindings(
    answering(() => ({ status: 503 })),
    20,
  );
  assert.ok(findings.every(({ outcome }) => outcome === 'found'));
});

test('a quick search shows an index only where the rows are many', async () => {
  const quick = answering(() => ({ timing: { vector: 2, db: 1 }, body: {} }));
  const outcomes = async (isLarge: boolean) => {
    const { findings } = await questionChecks(quick, isLarge);
    return findings.filter(({ id }) => id.startsWith('vector-')).map(({ outcome }) => outcome);
  };
  assert.deepEqual(await outcomes(false), ['not seen', 'not seen']);
  assert.deepEqual(await outcomes(true), ['ok', 'ok']);
});
