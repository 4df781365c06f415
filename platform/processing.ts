/**
 * Video processing: a queue, workers, and the steps of PLATFORM.md. It runs beside the app and has database
 * connections of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from './cache.ts';
import { type Database, type Statement, sql } from './db/database.ts';
import { embed, nearby, vectorBytes } from './embedding.ts';
import type { Levels } from './levels.ts';
import type { Options } from './options.ts';
import { hashOf, Random } from './random.ts';
import { contentGroup } from './routes/creators.ts';

export interface Job {
  readonly videoId: string;
  readonly creatorId: string;
  readonly title: string;
}

/** The steps, and the share of the whole time that each takes; transcription is most of it. */
const STEPS = [
  { name: 'extract_audio', share: 0.1 },
  { name: 'transcribe', share: 0.6 },
  { name: 'chunk', share: 0.05 },
  { name: 'embed', share: 0.15 },
  { name: 'store', share: 0.1 },
] as const;

/** Spread of the processing time: one video in ten takes 1.3 times the median or more. */
const TIME_SIGMA = 0.2;
/** Chunks of an uploaded video. */
const CHUNKS = 5;

/** How long a video takes at life's pace, ms. @param medianMinutes the switch videoMinutes */
export function processingMs(random: Random, medianMinutes: number): number {
  return random.lognormal(Math.log(medianMinutes), TIME_SIGMA) * 60_000;
}

export class ProcessingQueue {
  readonly outcomes = { completed: 0, failed: 0 };
  private readonly waiting: { job: Job; since: number }[] = [];
  private working = 0;
  private readonly options: Pick<Options, 'switches' | 'seed' | 'processingSpeedup'>;
  private readonly database: Database;
  private readonly cache: Cache;
  private readonly levels: Levels;

  constructor(
    options: Pick<Options, 'switches' | 'seed' | 'processingSpeedup'>,
    database: Database,
    cache: Cache,
    levels: Levels,
  ) {
    this.options = options;
    this.database = database;
    this.cache = cache;
    this.levels = levels;
  }

  /** Videos that wait for a worker. */
  get depth(): number {
    return this.waiting.length;
  }

  /** Videos that a worker has in hand. */
  get active(): number {
    return this.working;
  }

  /** How long the first in the queue has waited, ms. */
  oldestWaitMs(): number {
    const [first] = this.waiting;
    return first ? performance.now() - first.since : 0;
  }

  add(job: Job): void {
    this.waiting.push({ job, since: performance.now() });
    this.levels.set('queue_depth', this.depth);
    this.next();
  }

  private next(): void {
    if (this.working >= this.options.switches.videoWorkers) return;
    const first = this.waiting.shift();
    if (!first) return;
    this.levels.set('queue_depth', this.depth);
    this.working++;
    this.process(first.job)
      .then(
        (outcome) => this.outcomes[outcome]++,
        // The video was deleted under the worker, or the database has gone: nothing is left to tell.
        () => this.outcomes.failed++,
      )
      .finally(() => {
        this.working--;
        this.next();
      });
  }

  private async process(job: Job): Promise<'completed' | 'failed'> {
    const { seed, switches, processingSpeedup } = this.options;
    const random = new Random(hashOf(seed, 'processing', job.title));
    const totalMs = processingMs(random, switches.videoMinutes) / processingSpeedup;
    const fails = random.next() < switches.videoFailureShare;
    const startedAt = performance.now();
    let done = 0;
    for (const { name, share } of STEPS) {
      await this.run(
        sql`update videos set processing_status = 'processing', processing_step = ${name},
          processing_progress = ${Math.round(done * 100)} where id = ${job.videoId}`,
      );
      if (name === 'store') await this.storeChunks(job, random);
      done += share;
      // Until its end, and not for its length: with a speedup of 60 every second in the database would count as a minute.
      await sleep(Math.max(0, startedAt + totalMs * done - performance.now()));
      if (fails && name === 'transcribe') return this.fail(job);
    }
    await this.complete(job);
    return 'completed';
  }

  private async fail({ videoId, creatorId }: Job): Promise<'failed'> {
    await this.run(
      sql`update videos set processing_status = 'failed', processing_error = 'Transcription failed'
        where id = ${videoId}`,
    );
    this.cache.drop(contentGroup(creatorId));
    return 'failed';
  }

  private async storeChunks({ videoId, creatorId, title }: Job, random: Random): Promise<void> {
    const centre = embed(title, creatorId);
    const chunks = Array.from({ length: CHUNKS }, (_, index) => {
      const text = `Part ${index + 1} of ${title}: what was said in it, as the transcript has it.`;
      const embedding = vectorBytes(nearby(centre, 0.7, random));
      return sql`insert into video_chunks (video_id, creator_id, chunk_text, chunk_index, start_timestamp,
          end_timestamp, embedding, word_count)
        values (${videoId}, ${creatorId}, ${text}, ${index}, ${index * 60}, ${index * 60 + 60}, ${embedding},
          ${text.split(' ').length})`;
    });
    await this.run(...chunks);
  }

  private async complete({ videoId, creatorId }: Job): Promise<void> {
    await this.run(
      sql`update videos set processing_status = 'completed', processing_progress = 100, processing_step = 'completed',
        transcript_processed = true, duration_seconds = ${CHUNKS * 60}, embedded_at = now() where id = ${videoId}`,
      sql`update creators set video_count = video_count + 1 where id = ${creatorId}`,
    );
    this.cache.drop(contentGroup(creatorId));
  }

  private run(...statements: Statement[]) {
    return this.database.run(statements);
  }
}
