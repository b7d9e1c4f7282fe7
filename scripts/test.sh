#!/usr/bin/env bash
# The whole check in phases; the last lines are pytest's. WENMING_NO_SKIP=1 makes a skipped test a failure.
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WENMING_HOME="$work/home" WENMING_SKIPS="$work/skipped.txt"
unset DATABASE_URL WENMING_ENV WENMING_DEBUG
failed=()
phase() {
  echo "== $1" >&2
  "${@:2}" || failed+=("$1")
}
pytest() { .venv/bin/python -m pytest -q "$@"; }

on_postgresql() {
  if ! command -v pg_virtualenv >/dev/null 2>&1; then
    echo "PostgreSQL: no pg_virtualenv" >>"$WENMING_SKIPS"
    return "${WENMING_NO_SKIP:-0}"
  fi
  # Durability is not what is tested here, and costs half of the time.
  # -t: a cluster of its own in a temporary folder; a run that was killed leaves nothing in the way of the next.
  # A port of its own too: two that start at once both take the first free one.
  local port
  port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  pg_virtualenv -t -c "-p $port" -o fsync=off -o synchronous_commit=off -o full_page_writes=off scripts/on-postgresql.sh \
    .venv/bin/python -m pytest -q -n 2 -m "not browser and not docx and not scale" \
    tests/foundation tests/engines tests/programmes tests/outputs tests/config
}

phase lint scripts/lint.sh
phase postgresql on_postgresql
phase browser pytest -m "(browser or docx) and not scale"
WENMING_LAST_PHASE=1 phase sqlite pytest -n 2 -m "not browser and not docx and not scale"

if [ "${#failed[@]}" -gt 0 ]; then
  echo "failed: ${failed[*]}" >&2
  exit 1
fi
