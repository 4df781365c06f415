/** Why a command can't go on: the key of its exit code. */
export type Why = 'usage' | 'unreachable' | 'ours';

/** Ends a command with one line for its user: what is wrong, and what to do. */
export class Refusal extends Error {
  readonly why: Why;

  constructor(why: Why, message: string) {
    super(message);
    this.why = why;
  }
}
