import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Accounts } from '../../platform/auth/accounts.ts';

async function signedIn() {
  const accounts = new Accounts(false);
  accounts.add({ email: 'a@example.com', password: 'secret', metadata: {} });
  return { accounts, grant: await accounts.signIn('a@example.com', 'secret') };
}

const used = { status: 400, code: 'refresh_token_already_used' };

test('a refresh token is replaced by a new one of 12 characters', async () => {
  const { accounts, grant } = await signedIn();
  const next = accounts.refresh(grant.refreshToken);
  assert.match(next.refreshToken, /^[a-z0-9]{12}$/);
  assert.notEqual(next.refreshToken, grant.refreshToken);
});

test('the token that was just replaced is accepted again and gives the active one', async () => {
  const { accounts, grant } = await signedIn();
  const next = accounts.refresh(grant.refreshToken);
  assert.equal(accounts.refresh(grant.refreshToken).refreshToken, next.refreshToken);
});

test('an older token revokes its whole family, the active one included', async () => {
  const { accounts, grant } = await signedIn();
  const second = accounts.refresh(grant.refreshToken);
  const third = accounts.refresh(second.refreshToken);
  assert.throws(() => accounts.refresh(grant.refreshToken), used);
  assert.throws(() => accounts.refresh(third.refreshToken), used);
});

test('one family of tokens does not touch another of the same user', async () => {
  const { accounts, grant } = await signedIn();
  const other = await accounts.signIn('a@example.com', 'secret');
  accounts.refresh(accounts.refresh(grant.refreshToken).refreshToken);
  assert.throws(() => accounts.refresh(grant.refreshToken), used);
  assert.doesNotThrow(() => accounts.refresh(other.refreshToken));
});

test('unknown, malformed and signed-out tokens are told apart', async () => {
  const { accounts, grant } = await signedIn();
  assert.throws(() => accounts.refresh('aaaaaaaaaaaa'), { status: 400, code: 'refresh_token_not_found' });
  assert.throws(() => accounts.refresh('not a token'), { status: 400, code: 'validation_failed' });
  accounts.signOut(grant.session);
  assert.throws(() => accounts.refresh(grant.refreshToken), { status: 400, code: 'refresh_token_not_found' });
});

test('an access token is good until its session ends or its hour is over', async () => {
  const { accounts, grant } = await signedIn();
  assert.equal(accounts.sessionOf(grant.accessToken), grant.session);
  assert.equal(accounts.sessionOf(grant.accessToken, (grant.expiresAt + 1) * 1000), undefined);
  const [header, claims, signature] = grant.accessToken.split('.');
  const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims!, 'base64url').toString()), sub: 'x' }));
  assert.equal(accounts.sessionOf(`${header}.${forged.toString('base64url')}.${signature}`), undefined);
  accounts.signOut(grant.session);
  assert.equal(accounts.sessionOf(grant.accessToken), undefined);
});

test('a wrong password and an unknown address are the same error', async () => {
  const { accounts } = await signedIn();
  const invalid = { status: 400, code: 'invalid_credentials' };
  await assert.rejects(accounts.signIn('a@example.com', 'wrong'), invalid);
  await assert.rejects(accounts.signIn('b@example.com', 'secret'), invalid);
});

test('a removed user is signed out everywhere', async () => {
  const { accounts, grant } = await signedIn();
  accounts.remove(grant.session.user);
  assert.equal(accounts.sessionOf(grant.accessToken), undefined);
  await assert.rejects(accounts.signIn('a@example.com', 'secret'), { code: 'invalid_credentials' });
});

test('with the cost of bcrypt switched on, passwords are still told apart', async () => {
  const accounts = new Accounts(true);
  accounts.add({ email: 'a@example.com', password: 'secret', metadata: {} });
  await accounts.signIn('a@example.com', 'secret');
  await assert.rejects(accounts.signIn('a@example.com', 'wrong'), { code: 'invalid_credentials' });
});
