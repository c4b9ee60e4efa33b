"""The World in the field's own words: frozen values, validated when they are made."""
