/**
 * The simulated embedding model. A text is the sum of its words' directions, so that texts which share words are near
 * each other, as they would be with a real model.
 */
import { hashOf, Random } from './random.ts';

/** As OpenAI's text-embedding-3-small has it. */
export const EMBEDDING_DIMENSIONS = 1536;

/** Words kept ready. Beyond that the oldest goes: one costs 6 KB. */
const MOST_WORDS = 2_000;

/** Weight of the course beside that of one word. */
const COURSE_WEIGHT = 1.5;

const STOP_WORDS = new Set(
  'the and for with that this from what how why when does can could you your are is was will about into have has not'.split(
    ' ',
  ),
);

const directions = new Map<string, Float32Array>();

/**
 * Unit vector of a text in the context of a creator's course; the same text always gives the same. Both the chunks and
 * the questions carry the course: a question is then nearest to videos of its own creator, as a student's is.
 */
export function embed(text: string, creatorId: string): Float32Array {
  const sum = new Float32Array(EMBEDDING_DIMENSIONS);
  for (const word of distinctiveWords(text)) add(sum, directionOf(word), 1);
  add(sum, directionOf(`creator ${creatorId}`), COURSE_WEIGHT);
  return normalise(sum);
}

/** A point near `centre`: what a chunk is to its video. @param spread length of the noise; the centre's is 1 */
export function nearby(centre: Float32Array, spread: number, random: Random): Float32Array {
  const vector = new Float32Array(EMBEDDING_DIMENSIONS);
  const scale = spread / Math.sqrt(EMBEDDING_DIMENSIONS);
  for (let at = 0; at < vector.length; at++) vector[at] = centre[at]! + scale * roughNormal(random);
  return normalise(vector);
}

function add(sum: Float32Array, vector: Float32Array, weight: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + weight * vector[at]!;
}

function normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const scale = 1 / Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! * scale;
  return vector;
}

/** pgvector's binary format: dimensions and an unused 0 as 16-bit, then big-endian floats. Far cheaper than its text. */
export function vectorBytes(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 + vector.length * 4);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, vector.length);
  for (let at = 0; at < vector.length; at++) view.setFloat32(4 + at * 4, vector[at]!);
  return bytes;
}

/** Letters only: numbers make a message unique and mean nothing. */
function distinctiveWords(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word));
}

function directionOf(word: string): Float32Array {
  let direction = directions.get(word);
  if (!direction) {
    const random = new Random(hashOf('word', word));
    direction = new Float32Array(EMBEDDING_DIMENSIONS);
    for (let at = 0; at < direction.length; at++) direction[at] = roughNormal(random);
    normalise(direction);
    if (directions.size >= MOST_WORDS) directions.delete(directions.keys().next().value!);
    directions.set(word, direction);
  }
  return direction;
}

/** Sum of three uniform draws, variance 1: normal enough for a direction, and quick. */
function roughNormal(random: Random): number {
  return 2 * (random.next() + random.next() + random.next() - 1.5);
}
