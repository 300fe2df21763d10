"""From a frozen snapshot to a tagged, deterministic PDF. Needs no database; see `parent.render`."""
