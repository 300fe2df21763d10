"""Papers of a meeting or a ballot: board packs and minutes."""
