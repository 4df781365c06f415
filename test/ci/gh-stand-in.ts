/** Stands in for `gh` in a rehearsal: comments are files, artifacts are folders, pull requests are lines of a file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SCRIPT = `#!/bin/sh
set -eu
comments="$REHEARSAL/comments"
mkdir -p "$comments"
case "$1 $2" in
  'api --paginate') grep -lF -- "$MARKER" "$comments"/* 2>/dev/null | sed 's|.*/||' ;;
  'api --method')
    case "$3" in
      POST) id=$(($(ls "$comments" | wc -l) + 1)) ;;
      PATCH) id=\${4##*/} ;;
    esac
    printf '%s\\n' "\${6#body=}" >"$comments/$id"
    ;;
  'run download') mkdir -p "$7" && cp -r "$REHEARSAL/artifacts/$5/." "$7" ;;
  'pr list') ;;
  'pr create') echo "$*" >>"$REHEARSAL/pull-requests" ;;
  *) echo "the rehearsal has no gh $*" >&2; exit 1 ;;
esac
`;

/** @param backstage of the rehearsal @returns the folder to put on PATH */
export async function ghStandIn(backstage: string): Promise<string> {
  const folder = join(backstage, 'bin');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'gh'), SCRIPT, { mode: 0o755 });
  return folder;
}
