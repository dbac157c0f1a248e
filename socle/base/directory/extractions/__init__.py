"""The national extractions: read line by line, compared with what is known, merged by sets. Used by the import door only."""
