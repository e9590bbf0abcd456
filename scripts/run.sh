#!/usr/bin/env bash
# The main job, from the first answer to the office's disk. With a display: a local office and the app, enrolled with it.
# Without one: the same job headless with sample pictures; ends 0 only if what the office exported is what was captured.
set -euo pipefail
cd "$(dirname "$0")/.."
screen=; [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && screen=yes
if [ -n "$screen" ]; then scripts/setup.sh screen; else scripts/setup.sh run; fi

n=1; while [ -e "run/$n" ]; do n=$((n + 1)); done
dir=run/$n
mkdir -p "$dir/bin"
say() { printf '%s\n' "$*"; }
secret() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }

say "1. Building (the first build takes a few minutes)"
ldflags="-X main.version=${VERSION:-unknown}"
CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$dir/bin/" ./cmd/fieldoffice ./cmd/fieldsim
[ -z "$screen" ] || go build -tags migrated_fynedo -trimpath -buildvcs=false -ldflags "$ldflags" -o "$dir/bin/" ./cmd/fieldapp
office=$dir/bin/fieldoffice sim=$dir/bin/fieldsim

# Each secret reaches only the commands that need it, by the environment; neither is written anywhere.
pin=$(secret) passphrase=$(secret)
with_office() { FELTSJEKK_PASSPHRASE=$passphrase "$office" "$@"; }
with_device() { FELTSJEKK_PIN=$pin "$sim" "$@"; }

say "2. Starting an office in $dir/office"
port=$((20000 + RANDOM % 20000))
with_office init --data "$dir/office" --name "Eksempelkontoret" --url "https://127.0.0.1:$port" --identity "$dir/identity" > "$dir/office-init.txt"
"$office" serve --data "$dir/office" --listen "127.0.0.1:$port" > "$dir/serve.txt" 2> "$dir/serve.log" &
server=$!
stop() { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
trap stop EXIT
for _ in $(seq 100); do
  grep -q '^listening ' "$dir/serve.txt" && break
  kill -0 "$server" 2>/dev/null || { say "The office did not start:"; cat "$dir/serve.log"; exit 1; } >&2
  sleep 0.1
done
link=$("$office" enrol --data "$dir/office" --label "Eksempeltelefon" --role labour)

# What the office holds is opened with its key and written as files; its own check follows.
read_office() {
  with_office export --data "$dir/office" --identity "$dir/identity" --out "$dir/export"
  with_office verify --data "$dir/office" --identity "$dir/identity"
}

if [ -n "$screen" ]; then
  "$sim" samples --out "$dir/pictures" --count 3 --seed "$n" > /dev/null
  say "3. Opening the app. It asks for a password of your choice, and enrols with the office then."
  say "   Lock an inspection at the bottom of its page: it is sent by itself, and the receipt stands in the outbox."
  say "   Sample pictures lie in $PWD/$dir/pictures"
  say "   Close the window to end."
  "$dir/bin/fieldapp" --data "$dir/device" --enrol "$link"
  if [ -z "$("$office" list --data "$dir/office" --json)" ]; then
    say "4. The office received nothing: no inspection was locked, or it was not sent yet."
    say "The device's folder is $dir/device; $dir/bin/fieldapp --data $dir/device opens it again."
    exit 0
  fi
  say "4. What the office received:"
  "$office" list --data "$dir/office"
  say "5. The office opens it"
  read_office
  for report in "$dir"/export/*/*/report.pdf; do say "   report:   $report"; done
  for picture in "$dir"/export/*/*/attachments/*; do [ ! -f "$picture" ] || say "   attached: $picture"; done
  say "Done. Results: $dir"
  exit 0
fi

say "3. Making sample pictures of camera size"
"$sim" samples --out "$dir/pictures" --count 4 --seed "$n" > /dev/null
ls -l "$dir/pictures" | awk 'NR > 1 { printf "   %s, %.1f MB\n", $NF, $5 / 1e6 }'

say "4. A device inspects, without signal"
with_device init --data "$dir/device" > /dev/null
with_device inspect --data "$dir/device" --attachments "$dir/pictures" --site scripts/site.json --count 1 --each 4 --seed "$n" > "$dir/saved.jsonl"
say "   saved: $(grep -c '"saved":"finding"' "$dir/saved.jsonl") findings, $(grep -c '"saved":"attachment"' "$dir/saved.jsonl") pictures, locked"

say "5. Signal: the device enrols and sends"
with_device enrol --data "$dir/device" --link "$link" > /dev/null
with_device sync --data "$dir/device" --timeout 5m --json > "$dir/sync.jsonl"
tail -n 1 "$dir/sync.jsonl"

say "6. The office exports"
read_office

say "7. Comparing"
wrong=0
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$2"; }
while IFS= read -r line; do
  id=$(field id "$line") inspection=$(field inspection "$line") want=$(field sha256 "$line")
  got=$(sha256sum "$dir/export/$inspection/1/attachments/$id".* | cut -d' ' -f1)
  if [ -n "$want" ] && [ "$want" = "$got" ]; then say "   $id  $got  same as captured"; else say "   $id  DIFFERS"; wrong=1; fi
done < <(grep '"saved":"attachment"' "$dir/saved.jsonl")
[ "$(grep -c '"saved":"attachment"' "$dir/saved.jsonl")" = 4 ] || { say "   not all pictures were saved"; wrong=1; }
inspection=$(field inspection "$(grep '"saved":"lock"' "$dir/saved.jsonl")")
report=$dir/export/$inspection/1/report.pdf
text=$(pdftotext -layout "$report" -)
for must in "Eksempel Bygg og Betong AS" "123 456 785" "Prøvegata 4" "brakkeriggen"; do
  grep -qF -- "$must" <<<"$text" || { say "   the report lacks: $must"; wrong=1; }
done
codes=$(sed -n 's/.*"saved":"finding".*"code":"\([^"]*\)".*"state":"observed".*/\1/p' "$dir/saved.jsonl" | sort -u)
for code in $codes; do
  grep -qF -- "$code" <<<"$text" || { say "   the report lacks finding $code"; wrong=1; }
done
say "   receipt: $dir/export/$inspection/1/receipt.json ($(wc -c < "$dir/export/$inspection/1/receipt.json") bytes)"
say "   report:  $report ($(grep -c . <<<"$text") lines of text, $(wc -w <<<"$codes") observed findings in it)"
[ $wrong = 0 ] || { say "The office does not hold what was captured."; exit 1; } >&2
say "Done: what the office holds is what was captured. Results: $dir"
