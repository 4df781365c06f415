/**
 * One row of RFC 4180 CSV. A text that a spreadsheet would take for a formula gets an apostrophe in front: names and
 * messages may come from the target.
 */
export function csvRow(fields: readonly (string | number | null)[]): string {
  return fields.map(field).join(',');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe =
    /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) && !/^-?[\d.,]+( ?\S{1,3})?$/.test(value)
      ? `'${value}`
      : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
