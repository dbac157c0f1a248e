"""Between the record's rows and the standards: pure, no query."""
