/**
 * The test data: parsed once a process, shared by all VUs. PURE: esbuild leaves out the kinds that a test doesn't ask for.
 */

import { ownNumber } from './k6.ts';
import type { FixtureUser } from './once/fixture-rows.ts';
import { countOf, rowOf, type SharedRows, sharedRows } from './once-a-process.ts';
import { random } from './random.ts';

const students = /* @__PURE__ */ sharedRows('students');
const uploaders = /* @__PURE__ */ sharedRows('uploaders');
/** Several virtual users may be one of them: nothing that one does uses up what another may. */
const unlimitedCreators = /* @__PURE__ */ sharedRows('unlimited creators');
const unlimitedStudents = /* @__PURE__ */ sharedRows('unlimited students');
const limitedCreators = /* @__PURE__ */ sharedRows('limited creators');
export const limitsUsers = /* @__PURE__ */ sharedRows('limits users');

/** Who this VU is, once it was asked: a VU that k6 hands from one scenario to another may have been somebody else. */
let ownStudentRow: FixtureUser | undefined;
let ownCreatorRow: FixtureUser | undefined;
let ownUploaderRow: FixtureUser | undefined;

/** The student that this VU is: nobody else is. */
export function ownStudent(): FixtureUser {
  ownStudentRow ??= rowOf(students, ownNumber() - 1);
  return ownStudentRow;
}

/** A student whose tier has no limits; a few VUs may share one. */
export function unlimitedStudent(): FixtureUser {
  ownStudentRow ??= oneInTurn(unlimitedStudents);
  return ownStudentRow;
}

/** A student drawn at random, whom another VU may have drawn too. */
export function anyStudent(): FixtureUser {
  return rowOf(students, Math.floor(random() * countOf(students)));
}

/** A creator with students and videos, whose tier has no limits; a few VUs share one. */
export function unlimitedCreator(): FixtureUser {
  ownCreatorRow ??= oneInTurn(unlimitedCreators);
  return ownCreatorRow;
}

/** A creator who only uploads, without limits; shared where there are more VUs than uploaders. */
export function uploader(): FixtureUser {
  ownUploaderRow ??= oneInTurn(uploaders);
  return ownUploaderRow;
}

/** A creator of the smallest paid tier, whose storage is bounded. */
export function limitedCreator(): FixtureUser {
  return rowOf(limitedCreators, 0);
}

/** The contract test takes turns among so many students where there are plenty, each for 3 s of a minute. */
const IN_TURN = 20;

/**
 * The two students of the contract test, of different creators: among the last ones, which load reaches last. Who starts
 * run after run meets others each time, and so nobody's limit of messages a minute.
 * @throws a text when all students have the same creator
 */
export function lastStudents(): [FixtureUser, FixtureUser] {
  const length = countOf(students);
  const turn = length > 2 * IN_TURN ? Math.floor(Date.now() / 3_000) % IN_TURN : 0;
  const at = length - 1 - turn;
  const one = rowOf(students, at);
  for (let before = 1; before < length; before++) {
    const other = rowOf(students, (at - before + length) % length);
    if (other.creator_id !== one.creator_id) return [one, other];
  }
  throw 'fixtures/users.csv has students of one creator only; run `./launchgate data generate`.';
}

/** Two creators with videos for the contract test: the last ones without limits. */
export function lastCreators(): [FixtureUser, FixtureUser] {
  return lastTwo(unlimitedCreators, 'enterprise creators');
}

/** Two uploaders for the contract test: the last ones, which load reaches last. */
export function lastUploaders(): [FixtureUser, FixtureUser] {
  return lastTwo(uploaders, 'uploaders');
}

/** The student for the contract test whose tier has no limits. @throws a text when there is none */
export function lastUnlimitedStudent(): FixtureUser {
  const length = countOf(unlimitedStudents);
  if (length === 0) throw 'fixtures/users.csv has no enterprise student; run `./launchgate data generate`.';
  return rowOf(unlimitedStudents, length - 1);
}

function lastTwo(users: SharedRows<FixtureUser>, what: string): [FixtureUser, FixtureUser] {
  const length = countOf(users);
  if (length < 2) throw `fixtures/users.csv has no two ${what}; run \`./launchgate data generate\`.`;
  return [rowOf(users, length - 1), rowOf(users, length - 2)];
}

function oneInTurn(users: SharedRows<FixtureUser>): FixtureUser {
  return rowOf(users, ownNumber() % countOf(users));
}
