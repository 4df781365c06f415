import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familyCriticalValues } from '../../gate/judge/family.ts';
import { normal, seeded } from '../../gate/judge/random.ts';
import { detectableEffect, studentCdf, studentQuantile } from '../../gate/judge/student.ts';

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`);
}

test('quantiles of Student’s t are those of the tables', () => {
  near(studentQuantile(0.975, 1), 12.706, 0.0005);
  near(studentQuantile(0.95, 2), 2.92, 0.0005);
  near(studentQuantile(0.95, 4), 2.132, 0.0005);
  near(studentQuantile(0.975, 8), 2.306, 0.0005);
  near(studentQuantile(0.995, 30), 2.75, 0.0005);
  near(studentQuantile(0.99, 7), 2.998, 0.0005);
});

test('the distribution function is symmetric', () => {
  near(studentCdf(0, 5), 0.5, 1e-12);
  near(studentCdf(-2.306, 8), 0.025, 1e-4);
});

test('the detectable effect agrees with the worked examples of R’s power.t.test', () => {
  // power.t.test(n = 20, delta = 1, sd = 1): power 0.8689528 with 38 degrees of freedom.
  near(detectableEffect(0.8689528, 38, (u) => 2.024394 * u) * Math.sqrt(2 / 20), 1, 0.002);
  // power.t.test(n = 5, delta = 2, sd = 1): power 0.7905.
  near(detectableEffect(0.7905, 8, (u) => 2.306 * u) * Math.sqrt(2 / 5), 2, 0.005);
});

/** For a chance of 2.5 % that something gets that much worse, of half old and half new runs. */
function critical(figures: number[][], margin = 0): number {
  const tested = figures.map((values) => ({ values, leastSpread: 1e-9, margin, room: 0 }));
  return familyCriticalValues(tested, figures[0]!.length / 2, [0.025])[0]!;
}

test('one figure, or many that say the same, need Student’s t', () => {
  const values = [1, 3, 2, 5, 4, 6, 2, 7, 1, 9];
  near(critical([values]), 2.306, 0.08);
  near(critical([values, values.map((value) => 10 * value), values]), 2.306, 0.08);
});

test('two figures of which one gets worse as the other gets better need twice the chance', () => {
  const values = [1, 3, 2, 5, 4, 6, 2, 7, 1, 9];
  near(critical([values, values.map((value) => -value)]), studentQuantile(1 - 0.0125, 8), 0.1);
});

test('eight unrelated figures need nearly what Bonferroni asks for, and no more', () => {
  const random = seeded(3);
  const figures = Array.from({ length: 8 }, () => Array.from({ length: 10 }, () => normal(random)));
  const bonferroni = studentQuantile(1 - 0.025 / 8, 8);
  assert.ok(critical(figures) < bonferroni * 1.03, `${critical(figures)} against ${bonferroni}`);
  assert.ok(critical(figures) > bonferroni * 0.88, `${critical(figures)} against ${bonferroni}`);
});

test('figures that never move, or never beyond the margin, need nothing of their own', () => {
  const values = [1, 3, 2, 5, 4, 6];
  near(critical([values, values.map(() => 4)]), critical([values]), 1e-9);
  const calm = [1.1, 1.2, 1.05, 1.15, 1.3, 1.25];
  assert.ok(critical([values, calm]) > critical([values]) + 0.1);
  near(critical([values, calm], 1), critical([values], 1), 1e-9);
});
