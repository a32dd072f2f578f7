#!/bin/sh
# Unpacks a MariaDB server from Debian's or Ubuntu's packages into a folder; installs nothing, and needs no root:
#   scripts/mariadb.sh FOLDER
# Where the system has one already, nothing is done.
set -eu

[ -x /usr/sbin/mariadbd ] && exit 0
if ! command -v apt-get >/dev/null; then
    echo "The tests on databases need MariaDB's server (mariadbd), and there is no apt-get to fetch it: install it." >&2
    exit 1
fi
# Parts are set up side by side, and apt lets one work at a time.
exec 9<"$(dirname "$0")/venv.sh"
flock 9
# Without lists of packages, as in a fresh container, there is nothing to choose from.
if ! apt-cache show mariadb-server-core >/dev/null 2>&1; then
    apt-get update -qq
fi
mkdir -p "$1/packages"
folder=$(cd "$1" && pwd)
cd "$folder/packages"
# what is missing here of the server and of what it needs
apt-get install --simulate --no-install-recommends mariadb-server-core | sed -n 's/^Inst \([^ ]*\).*/\1/p' >list
xargs apt-get download -qq <list
for package in *.deb; do
    dpkg-deb --extract "$package" "$folder"
done
rm -rf "$folder/packages"
