/** The test data: parsed once a process, shared by all VUs. */

import type { Role, Tier } from '../wire/fixtures.ts';
import { exec, SharedArray } from './k6.ts';
import type { FixtureUser } from './once/fixture-rows.ts';
import { once } from './once-a-process.ts';
import { random } from './random.ts';

export const students = usersOf('student');
const uploaders = usersOf('uploader');
/** Several virtual users may be one of them: nothing that one does uses up what another may. */
const unlimitedCreators = usersOf('creator', 'enterprise');
const unlimitedStudents = usersOf('student', 'enterprise');
const limitedCreators = usersOf('creator', 'basic');
export const limitsUsers = usersOf('limits');

const videosByCreator = new SharedArray('videos', () => once().videosByCreator());

/** Who this VU is, once it was asked: a VU that k6 hands from one scenario to another may have been somebody else. */
const mine: { student?: FixtureUser; creator?: FixtureUser; uploader?: FixtureUser } = {};

/** The student that this VU is: nobody else is. */
export function ownStudent(): FixtureUser {
  mine.student ??= students[exec.vu.idInTest - 1]!;
  return mine.student;
}

/** A student whose tier has no limits; a few VUs may share one. */
export function unlimitedStudent(): FixtureUser {
  mine.student ??= unlimitedStudents[exec.vu.idInTest % unlimitedStudents.length]!;
  return mine.student;
}

/** A student drawn at random, whom another VU may have drawn too. */
export function anyStudent(): FixtureUser {
  return students[Math.floor(random() * students.length)]!;
}

/** A creator with students and videos, whose tier has no limits; a few VUs share one. */
export function unlimitedCreator(): FixtureUser {
  mine.creator ??= unlimitedCreators[exec.vu.idInTest % unlimitedCreators.length]!;
  return mine.creator;
}

/** A creator who only uploads, without limits; shared where there are more VUs than uploaders. */
export function uploader(): FixtureUser {
  mine.uploader ??= uploaders[exec.vu.idInTest % uploaders.length]!;
  return mine.uploader;
}

/** A creator of the smallest paid tier, whose storage is bounded. */
export function limitedCreator(): FixtureUser {
  return limitedCreators[0]!;
}

/**
 * The two students of the contract test, of different creators: the last ones, which load reaches last.
 * @throws a text when all students have the same creator
 */
export function lastStudents(): [FixtureUser, FixtureUser] {
  const last = students[students.length - 1]!;
  for (let at = students.length - 2; at >= 0; at--) {
    const other = students[at]!;
    if (other.creator_id !== last.creator_id) return [last, other];
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
  const student = unlimitedStudents[unlimitedStudents.length - 1];
  if (!student) throw 'fixtures/users.csv has no enterprise student; run `./launchgate data generate`.';
  return student;
}

function lastTwo(users: readonly FixtureUser[], what: string): [FixtureUser, FixtureUser] {
  const [user, other] = [users[users.length - 1], users[users.length - 2]];
  if (!user || !other) throw `fixtures/users.csv has no two ${what}; run \`./launchgate data generate\`.`;
  return [user, other];
}

/** Ids of a creator's videos; asked once a VU, so that answers can be checked without a search. */
export function videoIdsOf(creatorId: string): readonly string[] {
  const found = videosByCreator.find((row) => row.creatorId === creatorId);
  return found?.videoIds ?? [];
}

/* @__NO_SIDE_EFFECTS__ */
function usersOf(role: Role, tier?: Tier): FixtureUser[] {
  return new SharedArray(`${role} ${tier ?? ''}`, () => once().usersOf(role, tier));
}
