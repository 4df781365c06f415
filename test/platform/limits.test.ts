import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedWindow, limitHeaders, SlidingWindow } from '../../platform/limits.ts';

/** Takes `count` at one moment. @returns how many were let through */
function takeMany(limiter: SlidingWindow | FixedWindow, count: number, limit: number, now: number): number {
  return Array.from({ length: count }, () => limiter.take('u', limit, now)).filter(({ allowed }) => allowed).length;
}

test('a window lets exactly its limit through', () => {
  assert.equal(takeMany(new SlidingWindow(60_000), 15, 10, 30_000), 10);
  assert.equal(takeMany(new FixedWindow(60_000), 15, 10, 30_000), 10);
});

test('the window before counts by the share of it that the sliding window still covers', () => {
  const limiter = new SlidingWindow(60_000);
  assert.equal(takeMany(limiter, 10, 10, 59_000), 10);
  // At 75 s a quarter of the new minute is over: floor(10 * 0.75) = 7 are still counted.
  assert.equal(takeMany(limiter, 5, 10, 75_000), 3);
  // At 90 s floor(10 * 0.5) = 5, and 3 of the new window: 2 more.
  assert.equal(takeMany(limiter, 5, 10, 90_000), 2);
  // At 119.999 s floor(10 * 0.0000166) = 0, and 5 of the new window.
  assert.equal(takeMany(limiter, 9, 10, 119_999), 5);
});

test('the start of a window still weighs the whole window before it', () => {
  const limiter = new SlidingWindow(60_000);
  takeMany(limiter, 10, 10, 30_000);
  assert.equal(takeMany(limiter, 1, 10, 60_000), 0);
});

test('a window that nobody used leaves nothing to weigh', () => {
  const limiter = new SlidingWindow(60_000);
  takeMany(limiter, 10, 10, 30_000);
  assert.equal(takeMany(limiter, 15, 10, 120_000), 10);
});

test('refused requests are not counted against the next window', () => {
  const limiter = new SlidingWindow(60_000);
  takeMany(limiter, 40, 10, 30_000);
  // floor(10 * 0.5) = 5 of the ten that were let through, not of the forty that were sent.
  assert.equal(takeMany(limiter, 10, 10, 90_000), 5);
});

test('a fixed window starts anew when it ends', () => {
  const limiter = new FixedWindow(60_000);
  assert.equal(takeMany(limiter, 6, 5, 59_999), 5);
  assert.equal(takeMany(limiter, 6, 5, 60_000), 5);
});

test('users are counted apart', () => {
  const limiter = new SlidingWindow(60_000);
  takeMany(limiter, 10, 10, 0);
  assert.equal(limiter.take('somebody else', 10, 0).allowed, true);
});

test('the headers say limit, rest and end of the window, and when to come again', () => {
  const limiter = new SlidingWindow(60_000);
  assert.deepEqual(limitHeaders(limiter.take('u', 2, 45_500), 45_500), {
    'X-RateLimit-Limit': '2',
    'X-RateLimit-Remaining': '1',
    'X-RateLimit-Reset': '60000',
  });
  limiter.take('u', 2, 45_500);
  assert.deepEqual(limitHeaders(limiter.take('u', 2, 45_500), 45_500), {
    'X-RateLimit-Limit': '2',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '60000',
    'Retry-After': '15',
  });
});
