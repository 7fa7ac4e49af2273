"""The HTTP door of `people`."""
