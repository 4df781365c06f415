import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName } from '../../src/lib/api/refusals.ts';
import { type Answer, hint, summed } from '../../src/lib/contract/answer.ts';

const OK: Answer = {
  route: 'POST /api/chat',
  status: 200,
  body: {},
  headers: {},
  errorName: undefined,
  errorCode: 0,
  errorText: '',
  isChallenge: false,
};

describe('the hint at the cause of a wrong answer', () => {
  // Codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/
  const connections: [code: number, hint: RegExp][] = [
    [1050, /timed out/],
    [1101, /host is not known: is BASE_URL spelt right/],
    [1212, /refused/],
    [1220, /broke the connection off/],
    [1301, /does not speak TLS/],
    [1311, /certificate is not accepted/],
    [1000, /the right one of http and https/],
  ];
  for (const [errorCode, expected] of connections) {
    it(`follows k6's error code ${errorCode}`, () => {
      assert.match(hint({ ...OK, status: 0, errorCode }) ?? '', expected);
    });
  }

  // As k6 words them, none of which has a code of its own.
  const texts: [text: string, hint: RegExp][] = [
    ['x509: certificate has expired or is not yet valid: current time 2026-11-24T14:23:20Z is after …', /has expired$/],
    ['unexpected EOF', /broke the connection off before the answer was complete/],
    ['EOF', /the right one of http and https/],
  ];
  for (const [errorText, expected] of texts) {
    it(`follows what Go says: ${errorText}`, () => {
      assert.match(hint({ ...OK, status: 0, errorCode: 1000, errorText }) ?? '', expected);
    });
  }

  it('names SUPABASE_URL where the route is Supabase’s', () => {
    const answer = { ...OK, route: 'POST /auth/v1/token password', status: 0, errorCode: 1101 } as const;
    assert.match(hint(answer) ?? '', /is SUPABASE_URL spelt right/);
  });

  it('is silent where no cause is plain', () => {
    assert.equal(hint({ ...OK, status: 500 }), undefined);
  });
});

describe('the name of an error', () => {
  const bodies: [from: string, body: unknown, name: string | undefined][] = [
    [
      'GoTrue',
      { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      'invalid_credentials',
    ],
    ['the gateway before GoTrue', { message: 'Invalid API key' }, 'Invalid API key'],
    ['a newer app route', { error: { name: 'E', message: 'm', code: 'VALIDATION_ERROR' } }, 'VALIDATION_ERROR'],
    ['an older app route', { error: 'Unauthorized', message: 'Sign in first' }, 'Unauthorized'],
    ['a body without an error', { success: true }, undefined],
    ['a long text, which could hold anything', { message: `token ${'x'.repeat(60)}` }, undefined],
    ['no body', undefined, undefined],
  ];
  for (const [from, body, name] of bodies) {
    it(`is read from ${from}`, () => assert.equal(errorName(body), name));
  }
});

it('an answer is summed up without showing its body', () => {
  assert.equal(summed({ ...OK, status: 400, errorName: 'invalid_credentials' }), '400 invalid_credentials');
  assert.equal(summed({ ...OK, body: undefined, headers: { 'Content-Type': 'text/html' } }), '200 with a web page');
  assert.equal(summed({ ...OK, status: 0 }), 'no answer');
});
