"""Use cases about children's records, homes and what they cost: kept, held, confirmed, shared."""
