"""Each authority's World in memory, kept current with what is stored, and asked from there."""
