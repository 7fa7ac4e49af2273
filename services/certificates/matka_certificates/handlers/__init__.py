"""What `certificates` does on commands and events: one function for each."""
