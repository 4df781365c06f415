/**
 * What a virtual user makes once for each route of a phase, and takes for every request. Loops in place of an array's
 * methods, each of which would take 0.8 KB in the virtual user for good; and few functions, since they are made anew.
 */
import { ROUTES } from '../../wire/routes.ts';
import type { Prepared, Route } from '../http.ts';
import { http } from '../k6.ts';
import type { CaseTags } from '../metrics.ts';
import type { Counting } from '../once/plan.ts';
import { rowOf } from '../once-a-process.ts';
import { plan, planRows } from '../plan.ts';
import { type Expected, headersIn, paramsOf, type RequestParams } from './params.ts';

/** All that requests of a phase have in common; tags, headers and expectation are filled in for each. */
export function paramsIn(phase: string): RequestParams {
  return paramsOf({ phase }, undefined, headersIn(phase));
}

/** @param others of the same phase: what can be shared is, since every object takes 0.6 KB */
export function preparedFor(route: Route, phase: string, others: readonly Prepared[]): Prepared {
  const at = 1 + plan.occasions.length + placeOf(phase, plan.occasions) * ROUTES.length + placeOf(route.name, ROUTES);
  const { method, tags, gates, partGates } = rowOf(planRows, at) as Counting;

  let expected: Expected | undefined;
  const criteria: CaseTags[] = [];
  for (let other = 0; other < others.length; other++) {
    const { route: alike, criteria: known } = others[other]!;
    if (alike.statuses === route.statuses) expected = others[other]!.expected;
    for (let at = 0; at < known.length; at++) {
      for (let gate = 0; gate < gates.criteria.length; gate++) {
        if (known[at]!.criterion === gates.criteria[gate]) criteria[gate] = known[at]!;
      }
    }
  }
  for (let gate = 0; gate < gates.criteria.length; gate++) {
    criteria[gate] ??= { criterion: gates.criteria[gate]!, phase };
  }
  expected ??= expectedStatuses(route.statuses);
  return { route, method: route.method ?? method, tags, expected, criteria, limitsMs: gates.limitsMs, partGates };
}

/** @throws a text where it is not there: any other place would count the request under something else */
function placeOf(name: string, names: readonly string[]): number {
  for (let at = 0; at < names.length; at++) if (names[at] === name) return at;
  throw `"${name}" is no route of src/wire/routes.ts, and no phase of this run`;
}

/** Not spread where it can be helped: that takes an iterator, 1.2 KB. */
function expectedStatuses(statuses: readonly number[]): Expected {
  if (statuses.length > 2) return http.expectedStatuses(...statuses);
  return http.expectedStatuses(statuses[0]!, statuses[1] ?? statuses[0]!);
}
