/** The part of k6-testing that launchgate uses; build/k6-testing.mjs says where the module comes from. */
declare module 'k6-testing' {
  interface Matchers {
    toBe(expected: unknown): void;
  }

  interface Expect {
    (received: unknown, message?: string): Matchers;
    /** Marks the test as failed (exit 110) and goes on. */
    soft(received: unknown, message?: string): Matchers;
    configure(config: { colorize: boolean; display: 'inline' | 'pretty' }): Expect;
  }

  export const expect: Expect;
  /** `jslib <version>` or `stand-in`. */
  export const K6_TESTING: string;
}
