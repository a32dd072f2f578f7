#!/bin/sh
# Installs Chromium and a font with Chinese characters from Debian's or Ubuntu's packages, where they are missing.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "The tests of pages need Chromium and a Chinese font: install the packages chromium and fonts-noto-cjk." >&2
    exit 1
fi
# Parts are set up side by side, and apt lets one work at a time.
exec 9<"$(dirname "$0")/venv.sh"
flock 9
if ! apt-cache show chromium >/dev/null 2>&1; then
    apt-get update -qq
fi
DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
