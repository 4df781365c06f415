/** A limit per minute that refills steadily, as AI providers count. */
export class TokenBucket {
  readonly limit: number;
  private level: number;
  private at: number;

  /** @param limit per minute, also the most that can be saved up @param now Unix ms */
  constructor(limit: number, now: number) {
    this.limit = limit;
    this.level = limit;
    this.at = now;
  }

  /** Takes `amount`, or the whole bucket when that is less, if it is there. */
  take(amount: number, now: number): boolean {
    if (this.waitMs(amount, now) > 0) return false;
    this.level -= Math.min(amount, this.limit);
    return true;
  }

  remaining(now: number): number {
    this.refill(now);
    return Math.floor(this.level);
  }

  /** Whole ms until `amount` can be taken; 0 when it can be now. */
  waitMs(amount: number, now: number): number {
    this.refill(now);
    const missing = Math.min(amount, this.limit) - this.level;
    // What rounding alone leaves missing is there.
    return Math.max(0, Math.ceil((missing / this.limit) * 60_000 - 1e-6));
  }

  private refill(now: number): void {
    this.level = Math.min(this.limit, this.level + ((now - this.at) / 60_000) * this.limit);
    this.at = now;
  }
}
