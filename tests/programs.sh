#!/usr/bin/env bash
# Programs the tests drive: a Chromium (needed); PostgreSQL 15 and pdfsig (used where
# they are: the oldest database we promise, and somebody else's eye on our signatures).
set -u

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1; }

missing=()
[ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql-15)
command -v pdfsig >/dev/null || missing+=(poppler-utils)

found=""
for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  [ -n "$candidate" ] && [ -x "$candidate" ] && found=$candidate && break
done
[ -n "$found" ] || missing+=(chromium)

if [ ${#missing[@]} -gt 0 ] && can_install; then
  echo "Installing ${missing[*]} for the tests …"
  apt-get update -qq
  for package in "${missing[@]}"; do
    install "$package" || echo "$package is not to be had here; the tests that use it say so."
  done
fi

[ -n "$found" ] || [ -x /usr/bin/chromium ] && exit 0
echo "No Chromium here. Install it (apt-get install chromium) or set CHROMIUM=/path/to/chromium." >&2
exit 1
