#!/usr/bin/env bash
# Fuzzes every Fuzz function of the project, each for FUZZTIME (default 10m). New inputs stay in testdata/fuzz; a crash ends it with 1.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${FUZZTIME:-10m}
only=${1:-}
grep -rlE '^func Fuzz' --include='*_test.go' internal cmd assets | xargs -rn1 dirname | sort -u | while read -r dir; do
  grep -hoE '^func (Fuzz[A-Za-z0-9_]+)' "$dir"/*_test.go | awk '{print $2}' | sort -u | while read -r name; do
    case "$dir/$name" in *"$only"*) ;; *) continue ;; esac
    echo "== $dir $name ($time)"
    CGO_ENABLED=0 go test -tags ci "./$dir" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 10s | tail -4
  done
done
