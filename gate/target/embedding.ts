/** Embeddings for the seeded transcript chunks. */
import { randomFrom } from './seeded.ts';

/** As OpenAI's text-embedding-3-small has and the column video_chunks.embedding wants. */
const DIMENSIONS = 1_536;

/** Share of its video's direction in a chunk: chunks of one video lie closer to each other (cosine 0.5) than to others. */
const TOGETHERNESS = Math.SQRT1_2;

/**
 * A unit vector for a chunk, near those of the same video, as real transcripts have it: an index over directions that
 * have nothing to do with each other would be a harder and stranger case than the product's.
 * @returns in pgvector's text form, `[0.012,…]`
 */
export function chunkEmbedding(videoId: string, chunkId: string): string {
  const shared = unitVector(videoId);
  const own = unitVector(chunkId);
  const mixed = shared.map((value, index) => TOGETHERNESS * value + Math.sqrt(1 - TOGETHERNESS ** 2) * own[index]!);
  return `[${normalized(mixed)
    .map((value) => value.toFixed(6))
    .join(',')}]`;
}

/** Evenly spread over all directions: normally distributed coordinates, scaled to length 1. */
function unitVector(name: string): number[] {
  const random = randomFrom(name);
  const values: number[] = [];
  while (values.length < DIMENSIONS) {
    // Box and Muller: two uniform numbers make two normal ones.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values.push(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  return normalized(values);
}

function normalized(values: readonly number[]): number[] {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
