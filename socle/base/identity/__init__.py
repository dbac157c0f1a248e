"""Who the patients are: strict and complementary traits, INS and its status, search, comparison, merge (RNIV 2.0)."""
