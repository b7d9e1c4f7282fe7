#!/usr/bin/env bash
# What the tests need from the system: installed where that is allowed, named where it is not. Never fails.
set -u

declare -A NEEDS=(
  [pg_virtualenv]="postgresql postgresql-common"
  [chromium]="chromium"
  [soffice]="libreoffice-writer-nogui"
  [pdftoppm]="poppler-utils"
)
wanted=()
for command in "${!NEEDS[@]}"; do
  command -v "$command" >/dev/null 2>&1 || wanted+=(${NEEDS[$command]})
done
ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || wanted+=(fonts-noto-cjk)
[ "${#wanted[@]}" -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
    echo "not here, and not mine to install: ${wanted[*]} (tests that need them will be skipped)" >&2
    exit 0
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "not here: ${wanted[*]} (install them by the means of this system)" >&2
  exit 0
fi
echo "installing ${wanted[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
{
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"
} >/dev/null 2>&1 || echo "could not install all of: ${wanted[*]}" >&2
exit 0
