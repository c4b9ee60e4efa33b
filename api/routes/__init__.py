"""The service over HTTP, one file a noun: what is asked is read, done by a use case, answered."""
