"""The one door for browsers and API clients: signs in, composes pages, forwards commands."""
