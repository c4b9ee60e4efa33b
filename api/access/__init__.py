"""Who is asking and what they may do: sign-in, roles, permissions, sessions."""
