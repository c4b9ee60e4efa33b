"""Where records are kept: SQLite or PostgreSQL, every version, every read; the only SQL."""
