"""Which column is which field: names, values, known formats."""
