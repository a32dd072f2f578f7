#!/bin/sh
# Starts the analysis service and PostgreSQL in containers (deploy/compose.yaml), with whatever engine is there:
#   scripts/up.sh [ARGUMENTS of `compose up`]
# The first time it makes the key, the password and the secret that they need, and writes them into deploy/.env.
set -eu
cd "$(dirname "$0")/../deploy"

if docker compose version >/dev/null 2>&1; then
    compose="docker compose"
elif podman compose version >/dev/null 2>&1; then
    compose="podman compose"
elif command -v podman-compose >/dev/null; then
    compose=podman-compose
else
    echo "make up needs Docker with its compose plugin, or Podman with podman-compose: install one of them." >&2
    exit 1
fi

secret() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

if [ ! -e .env ]; then
    umask 077
    cat >.env.new <<SETTINGS
# Secrets of this installation, made by make up. Nobody else needs this file; keep a copy of it in a safe place.
DAYBOOK_API_KEYS=$(secret)
DAYBOOK_LINK_SECRET=$(secret)
POSTGRES_PASSWORD=$(secret)
# The address by which DingTalk and phones reach the service, through your proxy, such as https://daybook.example.com
#DAYBOOK_PUBLIC_URL=
# Robots of groups, as JSON in one line
#DAYBOOK_ROBOTS={"sales": {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=...", "secret": "SEC..."}}
SETTINGS
    mv .env.new .env
    echo "The key for callers of the service is DAYBOOK_API_KEYS in deploy/.env." >&2
fi

exec $compose -f compose.yaml up --build --detach "$@"
