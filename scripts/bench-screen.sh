#!/usr/bin/env bash
# The app's window against the smallest program with a window (internal/device/firstframe/hello), both on one X server of their own: the first
# frame with 10,000 inspections stored, and a minute of rest, at the unlock page and with the list open. Before that the tests of the screens that
# need a real window: a tap until it is seen, a day in the field, the long list, much in one inspection (internal/ui/window_test.go). Prints lines
# as a Go benchmark does.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh screen
scripts/setup.sh window
runs=${RUNS:-9} inspections=${INSPECTIONS:-10000} rest=${REST:-60}
dir=$(mktemp -d)
pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$dir"; }
trap stop EXIT
export FELTSJEKK_PIN
mkdir -p "$dir/home/.cache"
FELTSJEKK_PIN=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')

go build -tags migrated_fynedo -trimpath -buildvcs=false -o "$dir/" ./cmd/fieldapp ./internal/device/firstframe/hello
go test -c -tags 'migrated_fynedo window' -trimpath -buildvcs=false -o "$dir/screens" ./internal/ui
CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$dir/" ./cmd/fieldsim
mkdir "$dir/none"
"$dir/fieldsim" init --data "$dir/device" > /dev/null
"$dir/fieldsim" inspect --data "$dir/device" --attachments "$dir/none" --count "$inspections" --each 0 --no-lock > /dev/null

exec 3> "$dir/display"
mkdir "$dir/screen"
Xvfb -displayfd 3 -screen 0 1280x900x24 -fbdir "$dir/screen" -nolisten tcp > /dev/null 2>&1 3>&3 &
pids+=($!)
exec 3>&-
for _ in $(seq 100); do [ -s "$dir/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$dir/display")
export DISPLAY

# Each of these tests has a process of its own. Where memory is looked at in the end, Fyne's cache keeps what is no longer drawn for twelve seconds
# instead of a minute; what is no line of a benchmark is told on stderr.
for t in ${WINDOWS:-Tap TapPeer Answers Day List Much}; do
  case $t in Day|List) keeps=12s ;; *) keeps=1m ;; esac
  (cd internal/ui && env HOME="$dir/home" FYNE_CACHE="$keeps" FELTSJEKK_SCREEN="$dir/screen/Xvfb_screen0" FELTSJEKK_DEVICE="$dir/device" \
    "$dir/screens" -test.run "^TestWindow$t\$" -test.timeout 30m) > "$dir/$t.out" 2> "$dir/$t.err" || { cat "$dir/$t.out" "$dir/$t.err" >&2; exit 1; }
  grep '^#' "$dir/$t.out" >&2 || true
  grep '^Benchmark' "$dir/$t.out"
done

begin() { # begin NAME COMMAND...: starts it and waits for its first frame
  local name=$1; shift
  env -u FELTSJEKK_PIN HOME="$dir/home" "$@" > /dev/null 2> "$dir/$name.err" &
  pid=$!
  pids+=("$pid")
  for _ in $(seq 300); do grep -q '^first-frame-ms' "$dir/$name.err" && return; sleep 0.1; done
  echo "$name drew no frame:" >&2; cat "$dir/$name.err" >&2; exit 1
}
first() { # first NAME COMMAND...: its first frame in ms
  begin "$@"
  kill "$pid"; wait "$pid" 2>/dev/null || true
  awk '/^first-frame-ms/ { print $2 }' "$dir/$1.err"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for _ in $(seq "$runs"); do
  h=$(first hello "$dir/hello")
  a=$(first app "$dir/fieldapp" --data "$dir/device" --lang nb --startup-trace)
  echo "$a $h" >> "$dir/first"
done
awk '{ print $1 / $2 }' "$dir/first" | median | awk -v a="$(awk '{ print $1 }' "$dir/first" | median)" -v h="$(awk '{ print $2 }' "$dir/first" | median)" \
  '{ printf "BenchmarkLimitFirstFrame-1 %d 0 ns/op %d ours-ms %d peer-ms %.3f ratio 1.5 limit\n", '"$runs"', a, h, $1 }'

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
still() { # still NAME: a while of rest beside hello, and what is sent to the X server meanwhile: a repaint would show there
  h=$(ticks "$hello") a=$(ticks "$app")
  sleep "$rest"
  h=$(($(ticks "$hello") - h)) a=$(($(ticks "$app") - a))
  timeout 10 strace -f -qq -e signal=none -e trace=writev,sendmsg,write,sendto -P "/proc/$app/fd/$(ls -l "/proc/$app/fd" | awk '/socket/ { print $9; exit }')" -o "$dir/writes" -p "$app" || true
  awk -v a="$a" -v h="$h" -v name="$1" 'BEGIN { if (h == 0) h = 1; printf "BenchmarkLimit%sIdle-1 1 0 ns/op %d ours-ticks %d peer-ticks %.3f ratio 1.25 limit\n", name, a, h, a / h }'
  awk -v n="$(wc -l < "$dir/writes")" -v name="$1" 'BEGIN { printf "BenchmarkLimit%sRepaint-1 1 0 ns/op %d writes 0 limitwrites\n", name, n }'
}

begin hello "$dir/hello"; hello=$pid
begin app "$dir/fieldapp" --data "$dir/device" --lang nb --startup-trace; app=$pid
window=$(xdotool search --onlyvisible --pid "$app" | tail -n 1)
xdotool windowfocus "$window"
sleep 3
still Unlock # its field has the cursor
xdotool type --delay 20 -- "$FELTSJEKK_PIN"
xdotool key Return
for _ in $(seq 100); do # the list is there when rest uses the processor no more than before
  sleep 1
  before=$(ticks "$app"); sleep 2
  after=$(ticks "$app")
  [ $((after - before)) -le 20 ] && break
done
still ""
[ -n "${SHOT:-}" ] && import -window "$window" "$SHOT"
true
