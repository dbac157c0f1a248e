"""The shared medical record (DMP): documents and their versions, the facts read in them, what each reader may see of it."""
