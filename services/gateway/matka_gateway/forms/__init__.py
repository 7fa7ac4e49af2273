"""What people type into forms: kept as it was typed, read into what a service is asked for."""
