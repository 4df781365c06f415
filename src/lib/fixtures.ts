/**
 * The test data, parsed once a process: papaparse is evaluated inside the SharedArray's function, so that the other
 * VUs never pay for it.
 */

import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import {
  type FixtureName,
  type FixtureRows,
  fixtureProblem,
  type QuestionRow,
  type Role,
  type Tier,
  type UserRow,
} from '../wire/fixtures.ts';
import type { Actors } from '../workloads.ts';
import { random } from './random.ts';

declare function require(name: 'papaparse'): typeof import('papaparse');

export interface CreatorVideos {
  creatorId: string;
  videoIds: string[];
}

export const students = usersOf('student');
const uploaders = usersOf('uploader');
/** Several virtual users may be one of them: nothing that one does uses up what another may. */
const unlimitedCreators = usersOf('creator', 'enterprise');
const unlimitedStudents = usersOf('student', 'enterprise');
const limitedCreators = usersOf('creator', 'basic');
export const limitsUsers = usersOf('limits');

const videosByCreator = new SharedArray('videos', () =>
  Object.entries(grouped(rows('videos'), (row) => row.creator_id)).map(
    ([creatorId, group]): CreatorVideos => ({ creatorId, videoIds: group.map((row) => row.video_id) }),
  ),
);

/** Who this VU is, once it was asked: a VU that k6 hands from one scenario to another may have been somebody else. */
const mine: { student?: UserRow; creator?: UserRow; uploader?: UserRow } = {};

/** How many users there are for each scenario that wants them. */
export function availableUsers(): Record<Actors, number> {
  return {
    'own students': students.length,
    students: students.length,
    'unlimited students': unlimitedStudents.length,
    creators: unlimitedCreators.length,
    uploaders: uploaders.length,
    limits: limitsUsers.length,
  };
}

/** The student that this VU is: nobody else is. */
export function ownStudent(): UserRow {
  mine.student ??= students[exec.vu.idInTest - 1]!;
  return mine.student;
}

/** A student whose tier has no limits; a few VUs may share one. */
export function unlimitedStudent(): UserRow {
  mine.student ??= unlimitedStudents[exec.vu.idInTest % unlimitedStudents.length]!;
  return mine.student;
}

/** A student drawn at random, whom another VU may have drawn too. */
export function anyStudent(): UserRow {
  return students[Math.floor(random() * students.length)]!;
}

/** A creator with students and videos, whose tier has no limits; a few VUs share one. */
export function unlimitedCreator(): UserRow {
  mine.creator ??= unlimitedCreators[exec.vu.idInTest % unlimitedCreators.length]!;
  return mine.creator;
}

/** A creator who only uploads, without limits; shared where there are more VUs than uploaders. */
export function uploader(): UserRow {
  mine.uploader ??= uploaders[exec.vu.idInTest % uploaders.length]!;
  return mine.uploader;
}

/** A creator of the smallest paid tier, whose storage is bounded. */
export function limitedCreator(): UserRow {
  return limitedCreators[0]!;
}

/**
 * The two students of the contract test, of different creators: the last ones, which load reaches last.
 * @throws a text when all students have the same creator
 */
export function lastStudents(): [UserRow, UserRow] {
  const last = students[students.length - 1]!;
  for (let at = students.length - 2; at >= 0; at--) {
    const other = students[at]!;
    if (other.creator_id !== last.creator_id) return [last, other];
  }
  throw 'fixtures/users.csv has students of one creator only; run `./launchgate data generate`.';
}

/** Ids of a creator's videos; asked once a VU, so that answers can be checked without a search. */
export function videoIdsOf(creatorId: string): Set<string> {
  const found = videosByCreator.find((row) => row.creatorId === creatorId);
  return new Set(found?.videoIds);
}

/** Phrases of which messages are made, by kind; for the init context, and there once a process. */
export function readPhrases(): Record<QuestionRow['kind'], string[]> {
  const texts: Record<QuestionRow['kind'], string[]> = { opener: [], topic: [], closer: [] };
  for (const { kind, text } of rows('questions')) texts[kind].push(text);
  return texts;
}

function usersOf(role: Role, tier?: Tier): UserRow[] {
  return new SharedArray(`${role} ${tier ?? ''}`, () =>
    rows('users').filter((user) => user.role === role && (tier === undefined || user.tier === tier)),
  );
}

function rows<N extends FixtureName>(name: N): FixtureRows[N][] {
  let text: string;
  try {
    // Resolved from the bundle's folder, dist/, wherever k6 is started.
    text = open(`../fixtures/${name}.csv`);
  } catch {
    throw `fixtures/${name}.csv is missing; run \`./launchgate data generate\`.`;
  }
  const { parse } = require('papaparse');
  const parsed = parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const problem = fixtureProblem(name, parsed);
  if (problem) throw problem;
  return parsed.data as unknown as FixtureRows[N][];
}

function grouped<T>(items: T[], key: (item: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of items) {
    const name = key(item);
    groups[name] ??= [];
    groups[name].push(item);
  }
  return groups;
}
