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

  /** Takes `amount` when that much is there. */
  take(amount: number, now: number): boolean {
    this.refill(now);
    if (this.level < amount) return false;
    this.level -= amount;
    return true;
  }

  remaining(now: number): number {
    this.refill(now);
    return Math.floor(this.level);
  }

  /** ms until `amount` is there. */
  waitMs(amount: number, now: number): number {
    this.refill(now);
    return Math.max(0, ((amount - this.level) / this.limit) * 60_000);
  }

  private refill(now: number): void {
    this.level = Math.min(this.limit, this.level + ((now - this.at) / 60_000) * this.limit);
    this.at = now;
  }
}
