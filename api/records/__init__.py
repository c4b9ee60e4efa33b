"""What the service stores, one file a noun: frozen records, no SQL."""
