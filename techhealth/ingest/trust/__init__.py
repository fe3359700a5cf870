"""How far the data can be trusted."""
