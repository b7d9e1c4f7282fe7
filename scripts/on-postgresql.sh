#!/usr/bin/env bash
# Runs a command with DATABASE_URL made of the PG* variables that pg_virtualenv sets.
set -eu
export DATABASE_URL="postgresql://${PGUSER}:${PGPASSWORD}@${PGHOST:-localhost}:${PGPORT}/${PGDATABASE:-postgres}"
exec "$@"
