/**
 * Latencies as HdrHistograms of µs with three significant digits: a percentile is off by at most 0.1 %, whatever was
 * merged into it.
 */
import hdr, { type JsHistogram } from 'hdr-histogram-js';

const MICROSECONDS = 1_000;
/** An hour, in µs. Longer requests count as this long. */
const LONGEST = 3_600_000_000;

export class Latencies {
  readonly #histogram = hdr.build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  }) as JsHistogram;

  /** Adds what `encoded` gave. @throws Error when the text is no histogram */
  merge(encoded: string): this {
    if (encoded) this.#histogram.add(hdr.decodeFromCompressedBase64(encoded) as JsHistogram);
    return this;
  }

  record(ms: number, times = 1): void {
    const microseconds = Math.min(LONGEST, Math.max(0, Math.round(ms * MICROSECONDS)));
    this.#histogram.recordValueWithCount(microseconds, times);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** ms, or null when nothing was recorded. @param percent 0..100 */
  percentile(percent: number): number | null {
    return this.count === 0 ? null : this.#histogram.getValueAtPercentile(percent) / MICROSECONDS;
  }

  /** What was recorded, in rising order: ms and how often. (The library's own iterator takes 100 times as long.) */
  *recorded(): Generator<[ms: number, count: number]> {
    const histogram = this.#histogram;
    const last = this.count === 0 ? -1 : histogram.countsArrayIndex(histogram.maxValue);
    for (let index = 0; index <= last; index++) {
      const count = histogram.getCountAtIndex(index);
      if (count === 0) continue;
      yield [histogram.highestEquivalentValue(histogram.valueFromIndex(index)) / MICROSECONDS, count];
    }
  }

  reset(): this {
    this.#histogram.reset();
    return this;
  }

  /** Portable V2 encoding, deflated, base64; '' when nothing was recorded. */
  encoded(): string {
    return this.count === 0 ? '' : hdr.encodeIntoCompressedBase64(this.#histogram);
  }
}
