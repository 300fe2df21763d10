"""Timings, each a ratio within one run, so that they mean the same on every machine: `make bench`."""
