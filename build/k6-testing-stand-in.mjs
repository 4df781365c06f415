/**
 * Stands in for k6-testing where its address can't be reached: the same names and, for the one matcher that launchgate
 * uses, the same failures. A soft expectation marks the test as failed (exit 110) and goes on, a plain one aborts it
 * (exit 108).
 */
import exec from 'k6/execution';

export function expect(received, message) {
  return matchers(received, message, (text) => exec.test.abort(text));
}

expect.soft = (received, message) => matchers(received, message, (text) => exec.test.fail(text));

/** Its output is one plain line as it is. */
expect.configure = () => expect;

function matchers(received, message = 'expect(received).toBe(expected)', fail) {
  return {
    toBe(expected) {
      if (!Object.is(received, expected)) fail(`${message} (expected ${shown(expected)}, received ${shown(received)})`);
    },
  };
}

function shown(value) {
  return JSON.stringify(value) ?? String(value);
}
