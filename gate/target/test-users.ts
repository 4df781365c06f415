/** The accounts of the test users: finding, creating and removing them through GoTrue's admin routes. */
import { createHmac } from 'node:crypto';
import { passwordFrom, TEST_PREFIX, type UserRow } from '../../src/wire/fixtures.ts';
import { inParallel } from './batches.ts';
import { type Project, type Report, refusalFor } from './project.ts';
import { Refusal } from './refusal.ts';

export interface Account {
  readonly id: string;
  readonly email: string;
}

const PAGE = 1_000;
/** Requests at a time: each costs GoTrue about 70 ms of CPU (bcrypt). */
const WIDTH = 8;

/** The password of a test user; the tests make the same from the address. */
export function passwordOf(email: string, key: string): string {
  return passwordFrom(createHmac('sha256', key).update(email).digest('hex'));
}

/** Whether an address is one of ours: nobody real has an address at example.com (RFC 2606). */
function isTestAddress(email: string | undefined | null): boolean {
  return email?.startsWith(TEST_PREFIX) === true && email.endsWith('@example.com');
}

/** Every account of the project: ours, and how many others there are. */
export async function listAccounts(project: Project): Promise<{ ours: Account[]; others: number }> {
  const ours: Account[] = [];
  let others = 0;
  for (let page = 1; ; page++) {
    const { data, error } = await project.client.auth.admin.listUsers({ page, perPage: PAGE });
    if (error) throw refusalFor(project, 'reading the users', error);
    for (const { id, email } of data.users) {
      if (isTestAddress(email)) ours.push({ id, email: email! });
      else others += 1;
    }
    if (data.users.length === 0) return { ours, others };
  }
}

/**
 * Creates the accounts that are missing.
 * @returns how many were created
 * @throws Refusal when an address is taken by an account with another id, or a password is refused
 */
export async function createAccounts(
  project: Project,
  wanted: readonly UserRow[],
  there: readonly Account[],
  passwordKey: string,
  report: Report,
): Promise<number> {
  const idOf = new Map(there.map(({ email, id }) => [email, id]));
  const strange = wanted.find(({ email, user_id }) => idOf.has(email) && idOf.get(email) !== user_id);
  if (strange) throw otherId(strange);
  const missing = wanted.filter(({ email }) => !idOf.has(email));
  let done = wanted.length - missing.length;
  report.progress('users', done, wanted.length);
  await inParallel(missing, WIDTH, async (user) => {
    await createAccount(project, user, passwordKey);
    done += 1;
    report.progress('users', done, wanted.length);
  });
  return missing.length;
}

/** @returns how many were removed */
export async function deleteAccounts(project: Project, accounts: readonly Account[], report: Report): Promise<number> {
  let done = 0;
  await inParallel(accounts, WIDTH, async ({ id }) => {
    const { error } = await project.client.auth.admin.deleteUser(id);
    // Asked twice after a lost answer, GoTrue no longer knows the user.
    if (error && error.status !== 404) throw refusalFor(project, 'removing a user', error);
    done += 1;
    report.progress('users', done, accounts.length);
  });
  return done;
}

async function createAccount(project: Project, user: UserRow, passwordKey: string): Promise<void> {
  const { data, error } = await project.client.auth.admin.createUser({
    id: user.user_id,
    email: user.email,
    password: passwordOf(user.email, passwordKey),
    email_confirm: true,
    user_metadata: { name: user.name, made_by: `${TEST_PREFIX}launchgate` },
  });
  // Asked twice after a lost answer, GoTrue already has the user.
  if (error?.code === 'email_exists') return;
  if (error) throw refusalFor(project, `creating ${user.email}`, error);
  if (data.user && data.user.id !== user.user_id) throw otherId(user);
}

function otherId({ email }: UserRow): Refusal {
  return new Refusal(
    'usage',
    `${email} has another id than in fixtures/users.csv: it was made from another seed, or this GoTrue takes no ids; run \`./launchgate data clean\` and seed again.`,
  );
}
