#!/usr/bin/env bash
# Every check runs, so that one answer says all that is wrong.
set -u
cd "$(dirname "$0")/.."
export WENMING_HOME="${WENMING_HOME:-$(mktemp -d)}"
failed=()
check() {
  echo "lint: $*" >&2
  .venv/bin/"$@" || failed+=("$1")
}
check ruff check .
check ruff format --check .
check mypy
check lint-imports --no-cache
check deptry src yearbook
if [ "${#failed[@]}" -gt 0 ]; then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
