"""What others make of the same work. Runs in `.venv-bench`, with the contracts' package alone beside it."""
