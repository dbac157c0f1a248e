"""What runs here: settings, processes, the embedded PostgreSQL and the `socle` command. Imported by nobody."""
