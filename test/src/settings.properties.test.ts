import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gatesOf } from '../../src/thresholds.ts';
import {
  cloudZones,
  exporters,
  extraHeaders,
  readSettings,
  redact,
  SETTINGS,
  secretValues,
  settingsProblems,
} from '../../src/wire/settings.ts';
import { allVirtualUsers, neededStudents, plannedAiCalls, plannedPhases, TEST_NAMES } from '../../src/workloads.ts';
import { alwaysHolds, anyText, isOneLine } from '../property.ts';

const headers = fc
  .dictionary(fc.oneof(fc.constantFrom('x-bypass', 'Authorization'), anyText), fc.oneof(anyText, fc.string()))
  .map((value) => JSON.stringify(value));
const exporterList = fc
  .array(
    fc.record(
      { url: fc.oneof(fc.webUrl(), anyText, fc.constant('http://')), authorization: fc.oneof(anyText, fc.nat()) },
      { requiredKeys: ['url'] },
    ),
  )
  .map((value) => JSON.stringify(value));
const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('1e999', '0x10', '٣', ' 7', '1_000', '00', '99999999999999999999'),
);
/** Any setting, filled with what some setting takes, or with anything. */
const env = fc.dictionary(
  fc.constantFrom(...SETTINGS.map(({ name }) => name)),
  fc.oneof(
    number,
    number,
    anyText,
    headers,
    exporterList,
    fc.webUrl(),
    fc.constantFrom('gate', 'full', 'free', 'a=100', 'a=50,b=50'),
  ),
);

test('whatever the variables hold, each thing wrong is one line, and no secret stands in it', () => {
  alwaysHolds(
    fc.property(env, (variables) => {
      const settings = readSettings(variables);
      for (const problem of settingsProblems(settings)) {
        assert.ok(isOneLine(problem), problem);
        for (const { name } of SETTINGS.filter((setting) => 'secret' in setting)) {
          const value = settings[name];
          if (value.length > 20) assert.ok(!problem.includes(value), problem);
        }
      }
    }),
    500,
  );
});

test('settings that nothing is wrong with can be used: numbers are finite, headers can be sent, zones sum to 100', () => {
  alwaysHolds(
    fc.property(env, (variables) => {
      const settings = readSettings(variables);
      if (settingsProblems(settings).length > 0) return;
      for (const name of ['PACE', 'SEED', 'MAX_AI_CALLS', 'GENERATORS', 'PROCESSING_SPEEDUP'] as const) {
        const value = Number(settings[name] || 1);
        assert.ok(Number.isFinite(value) && value > 0, `${name} ${value}`);
      }
      const share = Number(settings.REPEAT_QUESTIONS);
      assert.ok(share >= 0 && share <= 1, `REPEAT_QUESTIONS ${share}`);
      new Headers(extraHeaders(settings));
      new Headers({ apikey: settings.SUPABASE_ANON_KEY, Authorization: settings.METRICS_AUTHORIZATION });
      for (const { authorization = '' } of exporters(settings)) new Headers({ Authorization: authorization });
      const zones = cloudZones(settings.CLOUD_ZONES);
      if (zones!.length > 0)
        assert.equal(
          zones!.reduce((sum, { percent }) => sum + percent, 0),
          100,
        );
    }),
    500,
  );
});

test('every load that settings may ask for can be planned, or is refused in one line', () => {
  const load = fc.record({
    PROFILE: fc.constantFrom('smoke', 'gate', 'standard', 'full'),
    USERS: fc.oneof(fc.constant(''), number, fc.integer({ min: 1, max: 10_000 }).map(String)),
    PACE: fc.oneof(number, fc.constant('1')),
    SOAK_HOURS: fc.oneof(fc.constant(''), number),
    STEP_SECONDS: fc.oneof(fc.constant(''), number),
    GENERATORS: fc.oneof(fc.constant('1'), number),
  });
  alwaysHolds(
    fc.property(load, fc.constantFrom(...TEST_NAMES), (variables, name) => {
      const settings = readSettings(variables);
      if (settingsProblems(settings).length > 0) return;
      let phases: ReturnType<typeof plannedPhases>;
      try {
        phases = plannedPhases(name, settings);
      } catch (error) {
        assert.ok(error instanceof RangeError && isOneLine(error.message), String(error));
        return;
      }
      const figures = [
        allVirtualUsers(name, phases),
        neededStudents(name, phases, Number(settings.GENERATORS)),
        plannedAiCalls(name, phases, Number(settings.PACE)),
      ];
      assert.ok(
        figures.every((figure) => figure >= 0 && !Number.isNaN(figure)),
        figures.join(' '),
      );
      assert.ok(gatesOf(name, phases).length > 0);
    }),
    500,
  );
});

test('a redacted text holds no secret, however the secrets overlap', () => {
  const secret = fc.string({ unit: fc.constantFrom('a', 'b', 's3', '.', '$&'), minLength: 4, maxLength: 8 });
  alwaysHolds(
    fc.property(secret, secret, secret, fc.array(fc.oneof(secret, fc.string()), { maxLength: 4 }), (a, b, c, words) => {
      const settings = readSettings({
        SUPABASE_SERVICE_ROLE_KEY: a,
        REDIS_URL: b,
        EXTRA_HEADERS: JSON.stringify({ 'x-key': c }),
      });
      const text = redact([...words, a, b, c].join(' '), settings);
      for (const value of secretValues(settings)) assert.ok(!text.includes(value), text);
      // Not by its end either, where one secret is the beginning of another.
      const rest = text.replaceAll('[redacted]', '');
      assert.ok(
        [a, b, c].every((value) => !rest.includes(value)),
        text,
      );
    }),
    300,
  );
});
