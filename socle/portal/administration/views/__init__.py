"""Views, by page of the space."""
