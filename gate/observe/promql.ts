/** Signals as Prometheus computes them: the recipes of src/wire/signal-recipes.ts in PromQL. */
import { type Expression, metricsIn, metricsOf, type Recipe, type Where } from '../../src/wire/signal-recipes.ts';

/**
 * Where one Prometheus sees several platforms, their series must have this label; where they have none, everything that
 * it sees is taken for one platform.
 */
export const ENVIRONMENT = 'environment';

/** Counters tell by their increase over this. Two scrapes must lie in it, so scrape once a minute at least. */
export const WINDOW_SECONDS = 120;

/** The value of a signal: of the first recipe whose metrics are all there. */
export function signalQuery(recipes: readonly Recipe[]): string {
  return recipes.map((recipe) => `(\n  # ${recipe.exporter}\n  ${recipeQuery(recipe).join('\n  ')}\n)`).join(' or ');
}

/** 1 while none of the recipes has its metrics; else nothing. A share of too few requests is not missing. */
export function missingQuery(recipes: readonly Recipe[]): string {
  const sets = recipes.map((recipe) => metricsOf(recipe).map((metric) => `count(${metric})`));
  const distinct = [...new Set(sets.map((counts) => [...new Set(counts)].join(' and ')))];
  return `absent(\n${distinct.map((counts) => `  (${counts})`).join(' or\n')}\n)`;
}

function recipeQuery({ value, from, besides }: Recipe): string[] {
  // The least of some is not the least of all.
  const needed = [...('least' in Object(value) ? metricsIn(value) : []), ...(besides ? [besides] : [])];
  return [
    query(value),
    ...(from ? [`and ${operand(from.of, '*')} * ${WINDOW_SECONDS} >= ${from.atLeast}`] : []),
    ...needed.map((metric) => `and count by (${ENVIRONMENT}) (${metric})`),
  ];
}

function query(expression: Expression): string {
  if (typeof expression === 'number') return String(expression);
  if ('sum' in expression) return aggregate('sum', selector(expression.sum, expression.where));
  if ('max' in expression) return aggregate('max', selector(expression.max, expression.where));
  if ('rate' in expression) return aggregate('sum', rateOf(expression.rate, expression.where));
  if ('of' in expression) {
    const buckets = rateOf(`${expression.of}_bucket`, expression.where);
    return `histogram_quantile(${expression.quantile}, sum by (${ENVIRONMENT}, le) (${buckets}))`;
  }
  if ('least' in expression) return least(expression.least);
  return operation(expression);
}

function operation([left, operator, right]: readonly [Expression, string, Expression]): string {
  if (operator === '*' && right === 1) return query(left);
  // A share of what never happened is 0 and not unknown.
  const part =
    operator === '/' && typeof left === 'object' && 'rate' in left ? rateOrZero(left) : operand(left, operator);
  return `${part} ${operator} ${operand(right, operator)}`;
}

/** \`a / b * 1000\` needs no brackets; a sum in it does. */
function operand(expression: Expression, beside: string): string {
  const isSum = Array.isArray(expression) && '+-'.includes(expression[1]);
  return isSum && '*/'.includes(beside) ? `(${query(expression)})` : query(expression);
}

/** Where no series has the labels, but others of the metric are there. */
function rateOrZero({ rate, where }: { readonly rate: string; readonly where: Where }): string {
  const plain = query({ rate, where });
  return Object.keys(where).length > 0 ? `(${plain} or 0 * ${query({ rate, where: {} })})` : plain;
}

/** Numbered, since Prometheus keeps no two series without labels. */
function least(expressions: readonly Expression[]): string {
  const numbered = expressions.map((each, index) => `label_replace(${query(each)}, "of", "${index}", "", "")`);
  return `min by (${ENVIRONMENT}) (\n    ${numbered.join('\n    or ')}\n  )`;
}

function aggregate(how: 'sum' | 'max', inner: string): string {
  return `${how} by (${ENVIRONMENT}) (${inner})`;
}

function rateOf(metric: string, where: Where): string {
  return `rate(${selector(metric, where)}[${WINDOW_SECONDS / 60}m])`;
}

function selector(metric: string, where: Where): string {
  const matchers = Object.entries(where).map(([label, value]) =>
    value.startsWith('~') ? `${label}=~${JSON.stringify(value.slice(1))}` : `${label}=${JSON.stringify(value)}`,
  );
  return matchers.length > 0 ? `${metric}{${matchers.join(',')}}` : metric;
}
