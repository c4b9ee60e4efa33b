"""How the schema came to be, step by step; released steps never change."""
