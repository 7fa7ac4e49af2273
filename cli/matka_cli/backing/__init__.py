"""Broker, store and mail: each is served by the first that can, from a URL down to what is embedded."""
