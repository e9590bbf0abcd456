#!/usr/bin/env bash
# Installs what the named job needs and the machine lacks, through apt. Run as: scripts/setup.sh run|test|screen|window|check
# Without root or sudo it prints the one line to run and ends with 1.
set -euo pipefail

case "${1:-}" in
  run)    want=(poppler-utils) ;;
  test)   want=(poppler-utils strace dbus gnome-keyring age unzip) ;;
  screen) want=(gcc libc6-dev pkg-config xorg-dev libgl1-mesa-dev libwayland-dev libxkbcommon-dev poppler-utils) ;;
  window) want=(xvfb xauth libgl1-mesa-dri xdotool x11-utils strace) ;;
  check)  want=(gcc libc6-dev) ;;
  *) echo "usage: scripts/setup.sh run|test|screen|window|check" >&2; exit 2 ;;
esac

missing=()
for p in "${want[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo)
else
  echo "Missing on this machine: ${missing[*]}. Run this once as root, then try again:" >&2
  echo "    $line" >&2
  exit 1
fi
echo "Installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
