"""The steps, one file each; see :mod:`api.storage.migrations.steps` for what they are made of."""
