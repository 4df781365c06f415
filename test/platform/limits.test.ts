import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITERS } from '../../platform/faulty-limiters.ts';
import { FixedWindow, limitHeaders, SlidingWindow, take, type Window } from '../../platform/limits.ts';

/** Takes `count` at one moment. @returns how many were let through */
function takeMany(window: Window, count: number, limit: number, now: number): number {
  return Array.from({ length: count }, () => take(window, 'u', limit, now)).filter(({ allowed }) => allowed).length;
}

test('a window lets exactly its limit through', () => {
  assert.equal(takeMany(new SlidingWindow(60_000), 15, 10, 30_000), 10);
  assert.equal(takeMany(new FixedWindow(60_000), 15, 10, 30_000), 10);
});

test('the window before counts by the share of it that the sliding window still covers', () => {
  const window = new SlidingWindow(60_000);
  assert.equal(takeMany(window, 10, 10, 59_000), 10);
  // At 75 s a quarter of the new minute is over: floor(10 * 0.75) = 7 are still counted.
  assert.equal(takeMany(window, 5, 10, 75_000), 3);
  // At 90 s floor(10 * 0.5) = 5, and 3 of the new window: 2 more.
  assert.equal(takeMany(window, 5, 10, 90_000), 2);
  // At 119.999 s floor(10 * 0.0000166) = 0, and 5 of the new window.
  assert.equal(takeMany(window, 9, 10, 119_999), 5);
});

test('the start of a window still weighs the whole window before it', () => {
  const window = new SlidingWindow(60_000);
  takeMany(window, 10, 10, 30_000);
  assert.equal(takeMany(window, 1, 10, 60_000), 0);
});

test('a window that nobody used leaves nothing to weigh', () => {
  const window = new SlidingWindow(60_000);
  takeMany(window, 10, 10, 30_000);
  assert.equal(takeMany(window, 15, 10, 120_000), 10);
});

test('refused requests are not counted against the next window', () => {
  const window = new SlidingWindow(60_000);
  takeMany(window, 40, 10, 30_000);
  // floor(10 * 0.5) = 5 of the ten that were let through, not of the forty that were sent.
  assert.equal(takeMany(window, 10, 10, 90_000), 5);
});

test('a fixed window starts anew when it ends', () => {
  const window = new FixedWindow(60_000);
  assert.equal(takeMany(window, 6, 5, 59_999), 5);
  assert.equal(takeMany(window, 6, 5, 60_000), 5);
});

test('users are counted apart', () => {
  const window = new SlidingWindow(60_000);
  takeMany(window, 10, 10, 0);
  assert.equal(take(window, 'somebody else', 10, 0).allowed, true);
});

test('the headers say limit, rest and end of the window, and when to come again', () => {
  const window = new SlidingWindow(60_000);
  assert.deepEqual(limitHeaders(take(window, 'u', 2, 45_500), 45_500), {
    'X-RateLimit-Limit': '2',
    'X-RateLimit-Remaining': '1',
    'X-RateLimit-Reset': '60000',
  });
  take(window, 'u', 2, 45_500);
  assert.deepEqual(limitHeaders(take(window, 'u', 2, 45_500), 45_500), {
    'X-RateLimit-Limit': '2',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '60000',
    'Retry-After': '15',
  });
});

test('each faulty limiter has its own fault', async () => {
  const count = async (fault: keyof typeof LIMITERS, times: number[]) => {
    const window = new SlidingWindow(60_000);
    const decisions = await Promise.all(times.map((now) => LIMITERS[fault](window, 'u', 10, now)));
    return decisions.filter(({ allowed }) => allowed).length;
  };
  const atOnce = Array.from({ length: 30 }, () => 0);
  assert.equal(await count('sound', atOnce), 10);
  assert.equal(await count('off-by-one', atOnce), 11);
  assert.equal(await count('not-atomic', atOnce), 30);
  // In the middle of the next window 10 * 0.5 are counted of ten, but 30 * 0.5 of all thirty.
  const later = [...atOnce, ...Array.from({ length: 10 }, () => 90_000)];
  assert.equal(await count('sound', later), 15);
  assert.equal(await count('counts-refused', later), 10);
});
