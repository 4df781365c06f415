/** What package-lock.json says of all that is installed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly hasInstallScript?: true;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const REGISTRY = 'https://registry.npmjs.org/';

export interface Dependencies {
  /** How many are installed at most, and how many of those programs are made of. */
  readonly installed: number;
  readonly bundled: number;
  /** Licences of those that programs are made of, with how many have it. */
  readonly licences: ReadonlyMap<string, number>;
  /** What has an install script, which .npmrc keeps from running. */
  readonly withScripts: readonly string[];
  /** Entries of package.json that the lockfile has otherwise, and packages without a checksum or from elsewhere. */
  readonly problems: readonly string[];
}

export async function dependenciesOf(root: string): Promise<Dependencies> {
  const read = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'));
  const wanted = (await read('package.json')) as LockedPackage;
  const { packages } = (await read('package-lock.json')) as { packages: Record<string, LockedPackage> };
  const { '': own, ...others } = packages;
  const entries = Object.entries(others).map(([path, entry]) => ({
    name: path.replace(/^.*node_modules\//, ''),
    ...entry,
  }));
  const bundled = entries.filter(({ dev }) => !dev);
  const licences = new Map<string, number>();
  for (const { license = 'none' } of bundled) licences.set(license, (licences.get(license) ?? 0) + 1);
  return {
    installed: entries.length,
    bundled: bundled.length,
    licences,
    withScripts: entries.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name),
    problems: [...differences(wanted, own ?? {}), ...entries.flatMap(originProblem)],
  };
}

function differences(wanted: LockedPackage, locked: LockedPackage): string[] {
  return (['dependencies', 'devDependencies'] as const).flatMap((kind) => {
    const names = new Set([...Object.keys(wanted[kind] ?? {}), ...Object.keys(locked[kind] ?? {})]);
    return [...names].filter((name) => wanted[kind]?.[name] !== locked[kind]?.[name]);
  });
}

/** Where no address is locked, it is the registry's that npm is set to; the checksum is the same everywhere. */
function originProblem({ name, resolved = REGISTRY, integrity = 'none' }: LockedPackage & { name: string }): string[] {
  const isSure = resolved.startsWith(REGISTRY) && integrity.startsWith('sha512-');
  return isSure ? [] : [`${name} comes from ${resolved} with checksum ${integrity}`];
}
