"""The command line: ``nearhome``, one file a noun."""
