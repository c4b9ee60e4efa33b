"""Reasons, why-not and counterfactuals, in words that a placement officer can act on."""
