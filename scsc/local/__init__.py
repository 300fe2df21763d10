"""Embedded PostgreSQL and Valkey, and the supervisor behind `make demo` and `make dev`.

For development and tests only: the application never imports this package.
"""
