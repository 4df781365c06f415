/** How property tests are run: over made-up cases, with the seed of a failure in its message. */
import fc from 'fast-check';

/** `make check-long` looks at so many times as many cases. */
const TIMES = Number(process.env.PROPERTY_TIMES || 1);
// Of nothing looked at, everything holds.
if (!(TIMES >= 1)) throw new Error(`PROPERTY_TIMES must be 1 or more; it is "${process.env.PROPERTY_TIMES}".`);

/**
 * Looks for a case in which a property does not hold; the smallest one found is shown, with its seed. PROPERTY_SEED
 * looks at the same cases again.
 * @param cases how many are looked at in `make test`
 */
export function alwaysHolds<Case>(property: fc.IProperty<Case>, cases = 100): void {
  fc.assert(property, parameters(cases));
}

/** The same for a property that has to wait for files or sockets. */
export async function alwaysHoldsInTime<Case>(property: fc.IAsyncProperty<Case>, cases = 100): Promise<void> {
  await fc.assert(property, parameters(cases));
}

function parameters(cases: number) {
  const { PROPERTY_SEED } = process.env;
  return {
    numRuns: cases * TIMES,
    includeErrorInReport: true,
    ...(PROPERTY_SEED ? { seed: Number(PROPERTY_SEED) } : {}),
  };
}

/** Any text at all: letters, quotes and line breaks as well as lone surrogates and what no keyboard has. */
export const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

/** A text with some of its pieces cut out, doubled, or replaced by something else: what damage makes of a good file. */
export function damaged(good: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(20),
    by: fc.oneof(anyText, fc.constantFrom('', '\n', '"', '{', '}', ',', '\u2028', '-', 'e9')),
  });
  return fc.tuple(good, fc.array(damage, { minLength: 1, maxLength: 3 })).map(([text, damages]) =>
    damages.reduce((rest, { at, length, by }) => {
      const from = Math.floor(at * rest.length);
      return rest.slice(0, from) + by + rest.slice(from + length);
    }, text),
  );
}

/** JSON with one of its values, somewhere inside, gone or replaced by any other. */
export function disfigured(good: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(good);
  const other = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(null, -1, 0.5, 1e300, '', [], {}, true, [null], '2026-01-01T00:00:00Z'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  return fc.tuple(fc.constantFrom(...places), other).map(([place, value]) => replaced(good, place, value));
}

type Place = readonly (string | number)[];

/** Of a list only the ends: its items are alike. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (Array.isArray(value)) {
    const ends = [...new Set([0, value.length - 1])].filter((index) => index >= 0);
    return [at, ...ends.flatMap((index) => placesIn(value[index], [...at, index]))];
  }
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...at, name]))];
}

function replaced(value: unknown, [step, ...rest]: Place, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: replaced(fields[step], rest, by) };
}

/** Whether a complaint is one line that says something. */
export function isOneLine(problem: string): boolean {
  return problem.trim() !== '' && !/[\n\r]/.test(problem);
}
