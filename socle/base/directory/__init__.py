"""Professionals, their situations of practice, organisations, secure addresses, and the référents of each territory."""
