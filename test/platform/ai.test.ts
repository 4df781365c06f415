import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AiClient, AiRefused } from '../../platform/ai/client.ts';
import { AiProvider, draw } from '../../platform/ai/provider.ts';
import { TokenBucket } from '../../platform/ai/token-bucket.ts';

const PLENTY = {
  aiRequestsPerMinute: 1_000_000,
  aiInputTokensPerMinute: 1_000_000_000,
  aiOutputTokensPerMinute: 1_000_000_000,
  aiSlowdown: 0,
};
const prompt = (message: string) => ({ message, sources: ['one two three'] });

test('a bucket gives what it holds and refills steadily', () => {
  const bucket = new TokenBucket(60, 0);
  assert.equal(bucket.take(60, 0), true);
  assert.equal(bucket.take(1, 999), false);
  assert.equal(bucket.waitMs(1, 999), 1);
  assert.equal(bucket.take(1, 1_000), true);
  assert.equal(bucket.remaining(31_000), 30);
  assert.equal(bucket.remaining(1_000_000), 60);
});

test('what is larger than the bucket takes a full one, instead of waiting for ever', () => {
  const bucket = new TokenBucket(60, 0);
  assert.equal(bucket.take(1_000, 0), true);
  assert.equal(bucket.waitMs(1_000, 0), 60_000);
});

test('the provider refuses beyond its requests a minute and says when to come again', () => {
  const provider = new AiProvider({ ...PLENTY, aiRequestsPerMinute: 2 }, 1);
  const now = Date.now();
  assert.equal(provider.send(prompt('a'), now).status, 200);
  const second = provider.send(prompt('b'), now);
  assert.equal(second.headers['anthropic-ratelimit-requests-remaining'], '0');
  const third = provider.send(prompt('c'), now);
  assert.equal(third.status, 429);
  assert.equal(third.headers['anthropic-ratelimit-requests-limit'], '2');
  assert.equal(third.headers['retry-after'], '30');
});

test('the provider refuses beyond its tokens a minute, although requests are left', () => {
  const { outputTokens } = draw(1, 'a');
  const provider = new AiProvider({ ...PLENTY, aiOutputTokensPerMinute: outputTokens }, 1);
  const now = Date.now();
  assert.equal(provider.send(prompt('a'), now).status, 200);
  assert.equal(provider.send(prompt('a'), now).status, 429);
});

test('without a queue a refusal is final', async () => {
  const client = new AiClient(new AiProvider({ ...PLENTY, aiRequestsPerMinute: 1 }, 1), false);
  await client.ask(prompt('a'));
  await assert.rejects(client.ask(prompt('b')), AiRefused);
  assert.equal(client.throttled, 1);
});

test('with a queue everybody is answered in time, and the pauses grow', async () => {
  // Ten a second: eleven questions at once exceed a bucket of 600 only when it is empty.
  const provider = new AiProvider({ ...PLENTY, aiRequestsPerMinute: 600 }, 1);
  for (let taken = 0; taken < 600; taken++) provider.buckets.requests.take(1, Date.now());
  const client = new AiClient(provider, true);
  const answers = await Promise.all(Array.from({ length: 11 }, (_, index) => client.ask(prompt(`q${index}`))));
  assert.equal(answers.length, 11);
  assert.ok(client.throttled >= 1, 'nobody was ever refused');
  assert.equal(client.waiting, 0);
});

test('a message costs the same for the same seed, and something else for another', () => {
  assert.deepEqual(draw(1, 'What is an aperture?'), draw(1, 'What is an aperture?'));
  assert.notDeepEqual(draw(1, 'What is an aperture?'), draw(2, 'What is an aperture?'));
});

test('answers have the lengths of the published trace and take p95 of about 2.5 s', () => {
  const costs = Array.from({ length: 20_000 }, (_, index) => draw(1, `message ${index}`));
  const lengths = costs.map(({ outputTokens }) => outputTokens).sort((a, b) => a - b);
  // exp(5.02) = 151; clipping at 1,000 leaves the median where it is.
  assert.ok(Math.abs(lengths[10_000]! - 151) < 6, `median ${lengths[10_000]}`);
  assert.equal(lengths.at(-1), 1_000);
  const times = costs.map(({ ms }) => ms).sort((a, b) => a - b);
  assert.ok(times[19_000]! > 2_300 && times[19_000]! < 2_700, `p95 ${times[19_000]}`);
  assert.ok(times[19_800]! < 6_000, `p99 ${times[19_800]}`);
  const input = costs.reduce((sum, { inputTokens }) => sum + inputTokens, 0) / costs.length;
  assert.ok(Math.abs(input - 1_155) < 120, `mean input ${input}`);
});

test('an answer has about as many words as its tokens stand for', async () => {
  const reply = new AiProvider(PLENTY, 1).send(prompt('a'));
  assert.ok(reply.status === 200);
  const words = (await reply.content).split(' ').length;
  assert.equal(words, Math.round(draw(1, 'a').outputTokens * 0.75));
});
