"""How people are found: what a typed name and place may mean, and the statements that answer. Used inside doors only."""
