/**
 * The settings file (.env.test): `NAME=value` lines, `#` comments, values bare or in single or double quotes. No
 * expansion of any kind, so that a password may hold `$`.
 */
export interface EnvFile {
  values: Record<string, string>;
  /** One line for each line that can't be read. */
  problems: string[];
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s;
/** The shortest that is followed by nothing but a comment: quotes in that comment close nothing. */
const QUOTED = /^(["'])(.*?)\1\s*(?:#.*)?$/s;

/** @param file its name, for the problems */
export function parseEnvFile(text: string, file: string): EnvFile {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, rest] = ASSIGNMENT.exec(line) ?? [];
    // The line itself is not shown: it may hold a secret.
    if (name === undefined || rest === undefined) problems.push(`${file} line ${index + 1} is not NAME=value.`);
    else values[name] = QUOTED.exec(rest)?.[2] ?? rest.replace(/\s+#.*$/, '').trim();
  }
  return { values, problems };
}
