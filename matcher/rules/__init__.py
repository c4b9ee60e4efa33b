"""The hard rules: one catalogue, one file a family; code, statute, test and sentence together."""
