"""The audit trail: proved, searched, printed; and how long what is in it is kept."""
