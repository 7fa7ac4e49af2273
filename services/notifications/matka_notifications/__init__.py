"""Every email that Matka sends, and what became of it."""
