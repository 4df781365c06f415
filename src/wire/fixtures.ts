/**
 * Columns of the CSV files in fixtures/, and the check that every reader makes. Passwords are in no file: they are an
 * HMAC of the address (see `passwordFrom`).
 */
export const FIXTURE_COLUMNS = {
  users: ['email', 'user_id', 'role', 'tier', 'creator_id', 'name'],
  videos: ['video_id', 'creator_id', 'title', 'category', 'duration_seconds'],
  questions: ['kind', 'text'],
} as const;

export type FixtureName = keyof typeof FIXTURE_COLUMNS;

/**
 * `student` chats; `creator` owns the videos that students learn from; `uploader` is an enterprise creator without
 * students, for the video test; `limits` is student and creator at once, touched by the rate-limits test only, since
 * that test uses up whatever its users are allowed.
 */
const ROLES = ['student', 'creator', 'uploader', 'limits'] as const;
export type Role = (typeof ROLES)[number];

export const TIERS = ['free', 'basic', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

export interface UserRow {
  email: string;
  /** The auth user's id, chosen by us so that rows can refer to it before sign-in. */
  user_id: string;
  role: Role;
  tier: Tier;
  /** creators.id: a student's creator, or the creator's own. */
  creator_id: string;
  name: string;
}

export interface VideoRow {
  video_id: string;
  creator_id: string;
  title: string;
  category: string;
  duration_seconds: string;
}

/** A message is an opener, a topic and a closer. */
export interface QuestionRow {
  kind: 'opener' | 'topic' | 'closer';
  text: string;
}

export interface FixtureRows {
  users: UserRow;
  videos: VideoRow;
  questions: QuestionRow;
}

/** What papaparse gives back, as far as it is looked at here. */
interface ParsedCsv {
  data: Record<string, string>[];
  errors: { row?: number; message: string }[];
  meta: { fields?: string[] };
}

/**
 * Checks parsed rows: a header with all columns, at least one row, every field filled.
 * @returns one line that names file, line and column, or undefined when all is well
 */
export function fixtureProblem(name: FixtureName, parsed: ParsedCsv): string | undefined {
  const file = `fixtures/${name}.csv`;
  const remedy = 'run `./launchgate data generate`';
  const fields = parsed.meta.fields ?? [];
  if (fields.length === 0 || parsed.data.length === 0) return `${file} has no rows; ${remedy}.`;
  const missing = FIXTURE_COLUMNS[name].find((column) => !fields.includes(column));
  if (missing) return `${file} line 1: column "${missing}" is missing; ${remedy}.`;
  const error = parsed.errors[0];
  if (error) return `${file} line ${(error.row ?? 0) + 2}: ${error.message}; ${remedy}.`;
  const emptyIn = (row: Record<string, string>) => FIXTURE_COLUMNS[name].find((column) => !row[column]);
  const index = parsed.data.findIndex(emptyIn);
  if (index === -1) return undefined;
  return `${file} line ${index + 2}: column "${emptyIn(parsed.data[index]!)}" is empty; ${remedy}.`;
}

/**
 * Whether this names one of a creator's videos: a whole id of them, and not nothing, or several at once.
 * @param videos ids with a blank before and after each
 * @param id as an answer has it
 */
export function isAmong(videos: string, id: unknown): boolean {
  return typeof id === 'string' && id !== '' && id.indexOf(' ') === -1 && videos.indexOf(` ${id} `) !== -1;
}

/** The password of a test user. @param hmacHex HMAC-SHA-256 of the address with LAUNCHGATE_PASSWORD_KEY, in hex */
export function passwordFrom(hmacHex: string): string {
  return `Lt1-${hmacHex.slice(0, 40)}`;
}

/** Every row that launchgate creates is recognised by this prefix. */
export const TEST_PREFIX = 'loadtest-';
