#!/usr/bin/env bash
# What the tests need beside Python: a real IMAP server, LibreOffice (makes .doc, .odt … and prints workbooks), a browser,
# a Chinese font. Installs by apt-get what is missing, where the user may; else says what to install.
set -euo pipefail
declare -A NEEDED=(
  [dovecot]=dovecot-imapd [soffice]=libreoffice-writer [chromium]=chromium [pdftoppm]=poppler-utils
)
export PATH="$PATH:/usr/sbin"
missing=()
for program in "${!NEEDED[@]}"; do
  command -v "$program" >/dev/null || missing+=("${NEEDED[$program]}")
done
[ -e /usr/lib/libreoffice/program/libsclo.so ] || missing+=(libreoffice-calc)
[ -n "$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
ldconfig -p | grep -q libarchive.so.13 || missing+=(libarchive13)
[ ${#missing[@]} -eq 0 ] && exit 0
run=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "Tests need: ${missing[*]}. Install them: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  run=(sudo)
fi
echo "Installing for the tests: ${missing[*]}"
"${run[@]}" apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
