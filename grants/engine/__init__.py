"""Forms as data: their shape, kinds of field, conditions, and what answers mean. No database here."""
