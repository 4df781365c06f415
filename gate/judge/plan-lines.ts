/** A plan in words. */
import { capacityText } from './capacity-lines.ts';
import { inColumns } from './columns.ts';
import { count, digits } from './figures.ts';
import { type FixRow, money, type Plan, type SetupRow } from './plan.ts';

export function planLines(plan: Plan): string[] {
  const { setups, fixes, whole, unmet, remarks, currency } = plan;
  return [
    ...inColumns([
      ['setup', 'a month', 'carries', 'for 1,000 users', 'binds next'],
      ...setups.map((setup) => setupCells(setup, currency)),
    ]),
    '',
    ...(fixes.length > 0
      ? [
          `Fixes of ${setups[0]!.name}, in the order in which their limits bind (estimated from the headroom that was measured):`,
          ...inColumns([
            ['fix', 'a month', 'lifts', 'users', 'users for a dollar', 'binds next'],
            ...fixes.map((fix) => fixCells(fix, currency)),
          ]).map((line) => `  ${line}`),
          '',
        ]
      : []),
    ...(whole
      ? [
          `From ${setups[0]!.name} to ${whole.name}: ${money(whole.monthly, currency)} more a month, ${count(whole.from)} to ${count(whole.to)} users${whole.usersPerDollar === null ? '' : `, ${digits(whole.usersPerDollar)} for a dollar`}.`,
          '',
        ]
      : []),
    ...(unmet.length > 0 ? [`No limit that they lift was met: ${unmet.join(', ')}.`, ''] : []),
    ...(remarks.length > 0 ? ['Where the promises don’t hold:', ...remarks.map((remark) => `  ${remark}`)] : []),
  ];
}

function setupCells({ name, monthly, low, high, costPerThousand, binding }: SetupRow, currency: string): string[] {
  if (low === null) {
    return [name, money(monthly, currency), 'not measured', '-', `./launchgate capacity --setup ${name}`];
  }
  const perThousand = costPerThousand === null ? '-' : money(costPerThousand, currency);
  return [name, money(monthly, currency), capacityText({ low, high }), perThousand, binding || 'nothing broke'];
}

function fixCells({ fix, monthly, from, to, usersPerDollar, lifts, next }: FixRow, currency: string): string[] {
  const users = to === null ? `${count(from)} to more than was measured` : `${count(from)} to ${count(to)}`;
  const worth = usersPerDollar === null ? (monthly === 0 ? 'costs nothing' : '-') : digits(usersPerDollar);
  return [fix, money(monthly, currency), lifts, users, worth, next || 'nothing that was measured'];
}
