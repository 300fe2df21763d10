#!/usr/bin/env bash
# Runs once, on an empty data volume: the owner role (migrations) and the application's role, and the database.
# The application's role can neither create tables nor see past row-level security.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" \
  --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE scsc_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE scsc_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE scsc OWNER scsc_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE scsc FROM PUBLIC;
GRANT CONNECT ON DATABASE scsc TO scsc_app;
SQL
