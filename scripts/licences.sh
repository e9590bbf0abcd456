#!/bin/sh
# licences.sh: writes assets/licences/libraries.txt: every module of go.mod with its version, the name of its licence and the text.
# The About page shows it; TestLicencesAreThoseOfGoMod fails when it is not that of go.mod any more.
set -eu
cd "$(dirname "$0")/.."
out=assets/licences/libraries.txt
kind() {
	if grep -q 'Apache License' "$1"; then echo Apache-2.0
	elif grep -q 'Mozilla Public License' "$1"; then echo MPL-2.0
	elif grep -qi 'Permission is hereby granted, free of charge' "$1"; then echo MIT
	elif grep -q 'Permission to use, copy, modify' "$1"; then echo ISC
	elif grep -q 'Redistribution and use' "$1"; then
		if grep -qiE 'neither the names?|may not be used to endorse' "$1"; then echo BSD-3-Clause; else echo BSD-2-Clause; fi
	else echo other
	fi
}
: >"$out.new"
for module in $(sed -n '/^require (/,/^)/p' go.mod | sed -n 's/^\t\([^ ]*\) .*/\1/p' | LC_ALL=C sort); do
	dir=$(go list -m -f '{{.Dir}}' "$module")
	if [ -z "$dir" ]; then
		go mod download "$module"
		dir=$(go list -m -f '{{.Dir}}' "$module")
	fi
	file=$(find "$dir" -maxdepth 1 -type f | LC_ALL=C sort | grep -iE '/(licen[sc]e|copying|unlicense)[^/]*$' | head -n 1)
	if [ -z "$file" ]; then
		echo "licences.sh: $module has no licence" >&2
		exit 1
	fi
	printf '=== %s %s\n' "$(go list -m -f '{{.Path}} {{.Version}}' "$module")" "$(kind "$file")" >>"$out.new"
	tr -d '\r\f' <"$file" | sed 's/[[:space:]]*$//' >>"$out.new"
	printf '\n' >>"$out.new"
done
mv "$out.new" "$out"
