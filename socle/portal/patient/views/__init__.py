"""Views, by section of the space."""
