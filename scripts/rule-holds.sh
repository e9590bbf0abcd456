#!/usr/bin/env bash
# Breaks every line of the dependency rule on purpose, in a copy of the tree, and demands that the linter names each break.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z -- '*.go' '*.json' '*.ttf' '*.txt' '*.png' '*.svg' go.mod go.sum .golangci.yml ':!tools' |
  while IFS= read -r -d '' f; do [ -e "$f" ] && printf '%s\0' "$f"; done |
  xargs -0 cp --parents -t "$copy"

# Folder, the package's name, the import that it must not have. None makes an import cycle: the compiler would stop at that first.
breaks=(
  "internal/checklist checklist feltsjekk/assets"
  "internal/seal seal feltsjekk/assets"
  "internal/sync/wire wire feltsjekk/internal/picture"
  "internal/picture picture feltsjekk/assets"
  "internal/command command feltsjekk/assets"
  "internal/store store fyne.io/fyne/v2"
  "internal/report report database/sql"
  "internal/sync sync crypto/ed25519"
  "internal/office office feltsjekk/internal/checklist"
  "internal/reader reader feltsjekk/internal/store"
  "internal/ui ui net/http"
  "internal/store store feltsjekk/internal/report"
  "internal/sync sync feltsjekk/internal/office"
  "internal/report report feltsjekk/internal/seal"
  "cmd/fieldsim main filippo.io/age"
  "docs/reader main feltsjekk/internal/seal"
)
n=0
dirs=()
for b in "${breaks[@]}"; do
  read -r dir pkg import <<<"$b"
  n=$((n + 1))
  printf 'package %s\n\nimport _ "%s"\n' "$pkg" "$import" > "$copy/$dir/zz_break_$n.go"
  dirs+=("./$dir")
done
cd "$copy"
out=$("$root/.tools/golangci-lint" run --enable-only depguard --allow-parallel-runners "${dirs[@]}" 2>&1) && {
  echo "the dependency rule was broken ${#breaks[@]} times and the linter said nothing" >&2
  exit 1
}
bad=0
n=0
for b in "${breaks[@]}"; do
  read -r dir pkg import <<<"$b"
  n=$((n + 1))
  grep -q "$dir/zz_break_$n.go.*$import.*not allowed" <<<"$out" || { echo "not caught: $dir imports $import" >&2; bad=1; }
done
[ $bad = 0 ] || { echo "$out" | tail -40 >&2; exit 1; }
echo "the dependency rule holds: ${#breaks[@]} breaks on purpose, ${#breaks[@]} caught"
