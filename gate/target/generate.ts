/**
 * Makes the fixtures: who takes part in a test, what they watch and what they ask. Everything follows from the seed, so
 * the same seed gives the same bytes on every machine.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faker } from '@faker-js/faker/locale/en';
import Papa from 'papaparse';
import {
  FIXTURE_COLUMNS,
  type FixtureName,
  type FixtureRows,
  type QuestionRow,
  type Role,
  TEST_PREFIX,
  TIERS,
  type Tier,
  type UserRow,
  type VideoRow,
} from '../../src/wire/fixtures.ts';
import type { Fixtures } from '../runs/start/fixture-files.ts';
import { idFrom } from './seeded.ts';
import { ASKS, CLOSERS, CONTEXTS, FIELDS, TITLE_FORMS, TOPIC_FORMS } from './stock.ts';

export interface FixtureSizes {
  readonly students: number;
  readonly creators: number;
  /** Over all creators. */
  readonly videos: number;
  /** Creators of their own for the video test. */
  readonly uploaders: number;
}

/** The plans of ten creators: 4 basic, 3 pro, 3 enterprise. */
const CREATOR_TIERS: readonly Tier[] = [
  'basic',
  'pro',
  'enterprise',
  'basic',
  'pro',
  'enterprise',
  'basic',
  'pro',
  'enterprise',
  'basic',
];

/**
 * The plans of ten students in the order of the file: 60 % basic, 30 % pro, 10 % enterprise. Users are taken from the
 * top of the file, so the mix holds for ten of them as well as for a thousand.
 */
const STUDENT_TIERS: readonly Tier[] = [
  'basic',
  'pro',
  'basic',
  'basic',
  'pro',
  'basic',
  'enterprise',
  'basic',
  'pro',
  'basic',
];

/** Users of the rate-limits test in each tier: one for each of its properties, and as many again for a second run. */
const LIMITS_USERS_PER_TIER = 6;

const OPENERS = 60;
const TOPICS_PER_SUBJECT = 3;
const SHORTEST_VIDEO_SECONDS = 240;
const LONGEST_VIDEO_SECONDS = 2_700;

/** All three fixtures. Larger sizes only add rows: the ones that were there stay as they are. */
export function generateFixtures(sizes: FixtureSizes, seed: number): Fixtures {
  return { users: users(sizes, seed), videos: videos(sizes, seed), questions: questions(seed) };
}

/**
 * Writes users.csv, videos.csv and questions.csv into a folder. Each file is complete or as it was before.
 * @returns the paths written
 */
export async function writeFixtures(folder: string, fixtures: Fixtures): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const names = Object.keys(FIXTURE_COLUMNS) as FixtureName[];
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, `${name}.csv`);
      await replaceFile(path, csv(name, fixtures[name]));
      return path;
    }),
  );
}

function users({ students, creators, uploaders }: FixtureSizes, seed: number): UserRow[] {
  faker.seed([seed, 1]);
  const owners = Array.from({ length: creators }, (_, index): UserRow => {
    const tier = CREATOR_TIERS[index % CREATOR_TIERS.length]!;
    return {
      email: email('creator', index, 2),
      user_id: idFrom(`${seed} user creator-${index}`),
      role: 'creator',
      tier,
      creator_id: creatorId(seed, index),
      name: faker.person.fullName(),
    };
  });
  const dealt = new Map<Tier, number>();
  const learners = Array.from({ length: students }, (_, index): UserRow => {
    const tier = STUDENT_TIERS[index % STUDENT_TIERS.length]!;
    // Every tier is dealt to the creators in turn, so that each creator has the same mix.
    const turn = dealt.get(tier) ?? STUDENT_TIERS.indexOf(tier);
    dealt.set(tier, turn + 1);
    return {
      email: email('student', index, 4),
      user_id: idFrom(`${seed} user student-${index}`),
      role: 'student',
      tier,
      creator_id: creatorId(seed, turn % creators),
      name: faker.person.fullName(),
    };
  });
  faker.seed([seed, 4]);
  const apart = (role: Role, index: number, digits: number, tier: Tier): UserRow => ({
    email: email(role, index, digits),
    user_id: idFrom(`${seed} user ${role}-${index}`),
    role,
    tier,
    creator_id: idFrom(`${seed} creator ${role}-${index}`),
    name: faker.person.fullName(),
  });
  const limited = Array.from({ length: LIMITS_USERS_PER_TIER * TIERS.length }, (_, index) =>
    apart('limits', index, 2, TIERS[index % TIERS.length]!),
  );
  const uploading = Array.from({ length: uploaders }, (_, index) => apart('uploader', index, 3, 'enterprise'));
  return [...owners, ...limited, ...uploading, ...learners];
}

function videos({ videos: count, creators }: FixtureSizes, seed: number): VideoRow[] {
  faker.seed([seed, 2]);
  return Array.from({ length: count }, (_, index): VideoRow => {
    const creator = index % creators;
    const { category, subjects } = FIELDS[creator % FIELDS.length]!;
    const subject = subjects[Math.floor(index / creators) % subjects.length]!;
    return {
      video_id: idFrom(`${seed} video ${index}`),
      creator_id: creatorId(seed, creator),
      title: capitalized(faker.helpers.arrayElement(TITLE_FORMS).replace('%', subject)),
      category,
      duration_seconds: String(faker.number.int({ min: SHORTEST_VIDEO_SECONDS, max: LONGEST_VIDEO_SECONDS })),
    };
  });
}

function questions(seed: number): QuestionRow[] {
  faker.seed([seed, 3]);
  const told = CONTEXTS.flatMap((context) => ASKS.map((ask) => `${context} ${ask}`));
  const openers = [...ASKS, ...faker.helpers.arrayElements(told, OPENERS - ASKS.length)];
  const topics = FIELDS.flatMap(({ subjects }) =>
    subjects.flatMap((subject) =>
      faker.helpers.arrayElements(TOPIC_FORMS, TOPICS_PER_SUBJECT).map((form) => form.replace('%', subject)),
    ),
  );
  return [
    ...openers.map((text): QuestionRow => ({ kind: 'opener', text })),
    ...topics.map((text): QuestionRow => ({ kind: 'topic', text })),
    ...CLOSERS.map((text): QuestionRow => ({ kind: 'closer', text })),
  ];
}

function creatorId(seed: number, index: number): string {
  return idFrom(`${seed} creator ${index}`);
}

function email(role: Role, index: number, digits: number): string {
  return `${TEST_PREFIX}${role}-${String(index + 1).padStart(digits, '0')}@example.com`;
}

function csv<Name extends FixtureName>(name: Name, rows: readonly FixtureRows[Name][]): string {
  return `${Papa.unparse({ fields: [...FIXTURE_COLUMNS[name]], data: [...rows] }, { newline: '\n' })}\n`;
}

async function replaceFile(path: string, content: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
