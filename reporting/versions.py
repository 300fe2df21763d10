"""The versions of the printed templates: part of every run, so that a file can be explained later."""

ANNUAL = "annual-2"
APPLICATION = "application-1"
MEETING = "meeting-1"
