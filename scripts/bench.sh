#!/usr/bin/env bash
# Runs every BenchmarkLimit of the project, each of which measures its peer in the same run, and writes bench/RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bench
log=$(mktemp)
trap 'rm -f "$log"' EXIT
grep -rlE '^func BenchmarkLimit' --include='*_test.go' internal | xargs -rn1 dirname | sort -u | while read -r dir; do
  CGO_ENABLED=0 go test -tags ci "./$dir" -run '^$' -bench '^BenchmarkLimit' -benchtime "${BENCHTIME:-2s}" -timeout 30m | tee -a "$log"
done
scripts/bench-screen.sh | tee -a "$log"
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
{
  echo "# Figures"
  echo
  echo "Written by \`make bench\`. Each figure is a ratio against a peer measured in the same run, or an absolute figure beside its limit."
  echo
  echo "Machine: ${cpu:-$(uname -m)}, $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), $(uname -s) $(uname -r), $(go env GOVERSION). Date: $(date -u +%F). Version: $(git describe --tags --always --dirty 2>/dev/null)."
  echo
  echo "| what | measured | limit | met |"
  echo "|---|---|---|---|"
  awk '
    /^BenchmarkLimit/ {
      name = $1; sub(/^BenchmarkLimit/, "", name); sub(/-[0-9]+$/, "", name)
      for (i = 3; i < NF; i += 2) v[$(i + 1)] = $i
      n = split("ratio:limit: ratio:least: MB:limitMB:_MB ms:limitms:_ms writes:limitwrites:_writes", units, " ")
      for (k = 1; k <= n; k++) {
        split(units[k], u, ":"); unit = u[3]; sub(/^_/, " ", unit)
        if ((u[1] in v) && (u[2] in v)) {
          met = u[2] == "least" ? v[u[1]] >= v[u[2]] : v[u[1]] <= v[u[2]]
          sign = u[2] == "least" ? "≥ " : "≤ "
          printf "| %s | %s%s | %s%s%s | %s |\n", name, v[u[1]], unit, sign, v[u[2]], unit, met ? "yes" : "no"
        }
      }
      delete v
    }' "$log"
  [ -f bench/notes.md ] && { echo; cat bench/notes.md; }
  true
} > bench/RESULTS.md
cat bench/RESULTS.md
