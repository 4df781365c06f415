import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, limitOf, parseLimits } from '../../src/wire/limits.ts';

function problemsOf(text: string): string[] {
  const parsed = parseLimits(text);
  return parsed.ok ? [] : parsed.problems;
}

test('an empty LIMITS_FILE object leaves the limits of the platform as they are', () => {
  assert.deepEqual(parseLimits('{}'), { ok: true, limits: DEFAULT_LIMITS });
});

test('LIMITS_FILE changes what it names and nothing else', () => {
  const parsed = parseLimits(
    '{"chat": {"basic": 20, "windowSeconds": 30}, "quiz": {"free": 1}, "chatQuota": {"pro": "none"}}',
  );
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.limits, {
    ...DEFAULT_LIMITS,
    chat: { windowSeconds: 30, algorithm: 'sliding', allowed: { free: 10, basic: 20, pro: 50, enterprise: 'none' } },
    quiz: {
      windowSeconds: 3_600,
      algorithm: 'fixed',
      allowed: { free: 1, basic: 'closed', pro: 15, enterprise: 'none' },
    },
    chatQuota: { free: 3, basic: 100, pro: 'none', enterprise: 'none' },
  });
});

test('every entry that cannot be used is named, all at once', () => {
  const problems = problemsOf(
    '{"chat": {"basic": 0, "gold": 5}, "upload": {"windowSeconds": -1}, "quiz": {"algorithm": "leaky"}, "api": 100, "chatquota": {}}',
  );
  assert.deepEqual(problems, [
    'LIMITS_FILE: there is no limit "chatquota"; there are chat, upload, quiz, api, chatQuota.',
    'LIMITS_FILE: chat has no "gold"; it takes free, basic, pro, enterprise, windowSeconds, algorithm.',
    'LIMITS_FILE: chat.basic must be a whole number above 0, "none" or "closed"; it is 0.',
    'LIMITS_FILE: upload.windowSeconds must be a number above 0; it is -1.',
    'LIMITS_FILE: quiz.algorithm must be "sliding" or "fixed"; it is "leaky".',
    'LIMITS_FILE: api must be an object such as {"basic": 20}.',
  ]);
});

test('a LIMITS_FILE that is no JSON object is one line', () => {
  assert.match(problemsOf('{chat: 5}').join('|'), /^LIMITS_FILE is not JSON: [^|]+$/);
  assert.deepEqual(problemsOf('[]'), ['LIMITS_FILE must be an object such as {"chat": {"basic": 20}}.']);
});

test('three routes have limits of their own, other app routes share one, and the rest has none', () => {
  assert.equal(limitOf('POST /api/chat'), 'chat');
  assert.equal(limitOf('POST /api/video/upload-url'), 'upload');
  assert.equal(limitOf('POST /api/assessments/quiz/generate'), 'quiz');
  assert.equal(limitOf('GET /api/chat/history'), 'api');
  assert.equal(limitOf('GET /api/health'), undefined);
  assert.equal(limitOf('POST /auth/v1/token password'), undefined);
});

test('a window without end is refused, and so is JSON that is broken over several lines, in one line', () => {
  assert.match(problemsOf('{"chat":{"windowSeconds":1e999}}').join(), /^LIMITS_FILE: chat\.windowSeconds must be/);
  assert.ok(!problemsOf('{\n"chat": x\n}').join().includes('\n'));
});
