"""What acts on the world: tickets, calls, mail, callbacks. Each action is drafted, may be edited, and is done once."""
