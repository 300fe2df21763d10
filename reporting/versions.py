"""The version of the report templates: part of every run, so that a file can be explained later."""

TEMPLATE_VERSION = "annual-1"
