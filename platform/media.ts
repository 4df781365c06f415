/** The app's bandwidth, shared by everything that it serves itself (weak point 7). */
import { sleepMs } from './sleep.ts';

export class Bandwidth {
  /** Bytes served so far. */
  bytes = 0;
  private readonly bytesPerMs: number;
  /** When the line is free again, ms on performance.now()'s clock. */
  private freeAt = 0;

  constructor(mbps: number) {
    this.bytesPerMs = (mbps * 1_000_000) / 8 / 1000;
  }

  /** Resolves when these bytes have gone over the line, after those that came before. */
  send(bytes: number): Promise<void> {
    return sleepMs(this.delayMs(bytes, performance.now()));
  }

  /** Counts the bytes. @returns ms until the last of them is through @param now on performance.now()'s clock */
  delayMs(bytes: number, now: number): number {
    this.bytes += bytes;
    this.freeAt = Math.max(this.freeAt, now) + bytes / this.bytesPerMs;
    return this.freeAt - now;
  }
}
