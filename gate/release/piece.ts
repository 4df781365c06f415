/** What one piece of evidence says of a line, and when it no longer counts. */
import { STATES, type State } from '../../src/wire/release-files.ts';
import type { Line } from './checklist-file.ts';
import type { Gathered } from './evidence.ts';
import { whyOfAnother } from './subject.ts';

export interface StateRequest {
  lines: readonly Line[];
  gathered: Gathered;
  /** Evidence that is older is stale. */
  maxAgeDays: number;
  now: Date;
}

export interface Piece {
  state: State;
  figure: string;
  source: string;
  at: string;
  /** Where another line is what holds it up. */
  next?: string;
}

const DAY_MS = 86_400_000;
/** Clocks of several machines may differ by their time zone. */
const CLOCKS_APART_DAYS = 1;

/** Why evidence no longer counts, as a sentence without its full stop; undefined while it does. */
export function whyStale(
  at: string,
  of: { target: string; setup: string; revision: string },
  line: Line,
  request: StateRequest,
): string | undefined {
  const other = whyOfAnother(of, request.gathered.subject);
  return other ? `it is ${other}` : tooOld(at, line, request);
}

/** Only by its age; what is dated in the future would count for longer than anything else. */
export function tooOld(at: string, { everyDays }: Line, { maxAgeDays, now }: StateRequest): string | undefined {
  const days = everyDays ?? maxAgeDays;
  const age = (now.getTime() - Date.parse(at)) / DAY_MS;
  if (age < -CLOCKS_APART_DAYS) return `it is dated ${at.slice(0, 10)}, which is yet to come`;
  return age > days ? `it is ${Math.floor(age)} days old, and may be ${days}` : undefined;
}

/** Nothing is behind it. */
export function nothing(state: State, figure: string): Piece {
  return { state, figure, source: '', at: '' };
}

/** The piece that decides. */
export function worst<Each extends Piece>(pieces: readonly Each[]): Each {
  const rank = ({ state }: Each) => STATES.indexOf(state);
  return pieces.reduce((worse, piece) => (rank(piece) < rank(worse) ? piece : worse));
}
