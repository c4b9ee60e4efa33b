"""The soft criteria: what makes one lawful home better than another, each in points."""
