"""JSON and XML in all their wrappings → records."""
