"""What single values mean: times, numbers with their units, statuses, words."""
