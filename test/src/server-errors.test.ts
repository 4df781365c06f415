import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfServerError } from '../../src/lib/api/refusals.ts';

test('a server error is of the kind that its body says, in the words of each database driver and pool', () => {
  const noConnection = [
    '{"error":{"message":"remaining connection slots are reserved for non-replication superuser connections"}}',
    'FATAL: sorry, too many clients already',
    'Max client connections reached',
    'Error: timeout exceeded when trying to connect',
    'Timed out fetching a new connection from the connection pool.',
  ];
  for (const body of noConnection) assert.equal(kindOfServerError(body), 'no-connection', body);
  assert.equal(kindOfServerError('{"error":{"code":"AI_QUOTA_EXCEEDED"}}'), 'ai-limit');
  for (const body of ['{"error":{"code":"INTERNAL_ERROR"}}', '', null])
    assert.equal(kindOfServerError(body), 'server-error');
});
