"""Pages of the work plan, by what they are about."""
