/**
 * Memory against what the app had once it was warm. It is warm after a minute, when the heap has taken the size that the
 * load wants; the median of the five minutes that follow is what growth is measured by.
 */
const WARM_MS = 60_000;
const MEASURED_MS = 300_000;

export class MemoryGrowth {
  readonly #before: number[] = [];

  /**
   * Takes a reading of the memory.
   * @param atMs since the run began
   * @returns how many times the warm memory it is; undefined as long as that isn't known
   */
  add(atMs: number, bytes: number): number | undefined {
    if (atMs < WARM_MS) return undefined;
    if (atMs < WARM_MS + MEASURED_MS) {
      this.#before.push(bytes);
      return undefined;
    }
    const sorted = this.#before.sort((a, b) => a - b);
    const warm = sorted[Math.floor(sorted.length / 2)];
    return warm === undefined ? undefined : bytes / warm;
  }
}
