/** Reads fixtures/*.csv, once a process: papaparse and all that makes rows of text is evaluated nowhere else. */
import { MESSAGE_CHARACTERS } from '../../behaviour.ts';
import { MAX_MESSAGE_LENGTH, type TokenBody } from '../../wire/api.ts';
import {
  type FixtureName,
  type FixtureRows,
  fixtureProblem,
  passwordFrom,
  type QuestionRow,
  type Role,
  type Tier,
  type UserRow,
} from '../../wire/fixtures.ts';
import type { Actors } from '../../workloads.ts';
import { preparedSessions } from './sessions.ts';
import { config } from './settings.ts';
import { normal, stream } from './streams.ts';

declare function require(name: 'papaparse'): typeof import('papaparse');

/** k6's own, by a name that the bundler leaves alone: it would put a function of its own before it, in every VU. */
const k6 = globalThis as unknown as { require(name: 'k6/crypto'): typeof import('k6/crypto') };

/** Room for the mark ` [run-user-number]` that makes a message its own. */
const MARK_LENGTH = 40;

/** A test user with the password that is in no file: an HMAC of the address. */
export type FixtureUser = Omit<UserRow, 'name' | 'role'> & {
  password: string;
  /** Ids of the creator's videos, a blank before and after each: answers to this user may refer to these (`isAmong`). */
  videos: string;
  /** A session that was made for it before the run. */
  prepared?: TokenBody | undefined;
};

export function usersOf(role: Role, tier?: Tier): FixtureUser[] {
  const { hmac } = k6.require('k6/crypto');
  const sessions = preparedSessions();
  const videos = videosByCreator();
  return selected(role, tier).map((user) => ({
    user_id: user.user_id,
    email: user.email,
    tier: user.tier,
    creator_id: user.creator_id,
    videos: ` ${(videos[user.creator_id] ?? []).join(' ')} `,
    prepared: sessions[user.email],
    password: passwordFrom(hmac('sha256', config.passwordKey, user.email, 'hex') as string),
  }));
}

/** How many users there are for each scenario that wants them. */
export function availableUsers(): Record<Actors, number> {
  const students = selected('student').length;
  return {
    'own students': students,
    students,
    'unlimited students': selected('student', 'enterprise').length,
    creators: selected('creator', 'enterprise').length,
    uploaders: selected('uploader').length,
    limits: selected('limits').length,
  };
}

export function allUsers(): UserRow[] {
  return rows('users');
}

function selected(role: Role, tier?: Tier): UserRow[] {
  return allUsers().filter((user) => user.role === role && (tier === undefined || user.tier === tier));
}

function videosByCreator(): Record<string, string[]> {
  const videos: Record<string, string[]> = {};
  for (const { creator_id, video_id } of rows('videos')) {
    videos[creator_id] ??= [];
    videos[creator_id].push(video_id);
  }
  return videos;
}

/** So many messages without their mark, each at most 460 characters. */
export function messages(count: number): string[] {
  const phrases = readPhrases();
  const draw = stream(config.seed);
  return Array.from({ length: count }, () => compose(phrases, draw));
}

/** A message of phrases, as long as the workload's distribution says. */
function compose(phrases: ReturnType<typeof readPhrases>, draw: () => number): string {
  const pick = (texts: string[]) => texts[Math.floor(draw() * texts.length)]!;
  const length = Math.exp(normal(draw, MESSAGE_CHARACTERS.mu, MESSAGE_CHARACTERS.sigma));
  let text = `${pick(phrases.opener)} ${pick(phrases.topic)}, ${pick(phrases.closer)}?`;
  while (text.length < length) text += ` ${pick(phrases.opener)} ${pick(phrases.topic)}?`;
  return text.slice(0, MAX_MESSAGE_LENGTH - MARK_LENGTH);
}

function readPhrases(): Record<QuestionRow['kind'], string[]> {
  const texts: Record<QuestionRow['kind'], string[]> = { opener: [], topic: [], closer: [] };
  for (const { kind, text } of rows('questions')) texts[kind].push(text);
  return texts;
}

const parsed: { -readonly [N in FixtureName]?: FixtureRows[N][] } = {};

function rows<N extends FixtureName>(name: N): FixtureRows[N][] {
  parsed[name] ??= readRows(name) as (typeof parsed)[N];
  return parsed[name]!;
}

function readRows<N extends FixtureName>(name: N): FixtureRows[N][] {
  let text: string;
  try {
    // Resolved from the bundle's folder, dist/, wherever k6 is started.
    text = open(`../fixtures/${name}.csv`);
  } catch {
    throw `fixtures/${name}.csv is missing; run \`./launchgate data generate\`.`;
  }
  const { parse } = require('papaparse');
  const csv = parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const problem = fixtureProblem(name, csv);
  if (problem) throw problem;
  return csv.data as unknown as FixtureRows[N][];
}
