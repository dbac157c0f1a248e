"""What every page is made of: layouts, view values, template tags, French wording, static files, security headers."""
