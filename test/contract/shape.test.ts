import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mismatches, type Shape } from '../../src/lib/contract/shape.ts';

describe('a body of the shape', () => {
  const shape: Shape = {
    success: 'true',
    data: { id: 'text', note: 'string?', state: '=pending|failed', items: [{ at: 'time', share: 'ratio' }] },
  };
  const body = {
    success: true,
    data: { id: 'a', note: null, state: 'failed', items: [{ at: '2026-01-01T00:00:00Z', share: 0.5 }] },
  };

  it('has no mismatch, and may have more fields', () => {
    assert.deepEqual(mismatches({ ...body, more: 1 }, shape), []);
  });

  it('may have an empty list', () => {
    assert.deepEqual(mismatches({ ...body, data: { ...body.data, items: [] } }, shape), []);
  });

  it('tells every field that is otherwise, by its path', () => {
    const data = { id: ' ', state: 'done', items: [body.data.items[0], { at: 'noon', share: 2 }] };
    assert.deepEqual(mismatches({ success: 'true', data }, shape), [
      { path: 'success', wanted: 'true', got: 'text' },
      { path: 'data.id', wanted: 'text', got: 'empty text' },
      { path: 'data.note', wanted: 'string or null', got: 'nothing' },
      { path: 'data.state', wanted: 'pending or failed', got: 'text' },
      { path: 'data.items[1].at', wanted: 'time', got: 'text' },
      { path: 'data.items[1].share', wanted: 'ratio', got: '2' },
    ]);
  });
});

it('the first bad element of a list stands for all', () => {
  const found = mismatches([{ id: 1 }, { id: 2 }], [{ id: 'text' }]);
  assert.deepEqual(found, [{ path: '[0].id', wanted: 'text', got: '1' }]);
});

it('a body that is missing is named as a whole', () => {
  assert.deepEqual(mismatches(undefined, { id: 'text' }), [{ path: 'body', wanted: 'object', got: 'nothing' }]);
});

it('texts are never shown, since they may be tokens', () => {
  const found = mismatches({ access_token: 'eyJ-secret' }, { access_token: 'count' });
  assert.deepEqual(found, [{ path: 'access_token', wanted: 'count', got: 'text' }]);
});
