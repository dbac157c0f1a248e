"""Mail: bytes <-> values. Contents that are safe to show."""

from socle.formats.mime.html import Cleaned, clean_html, text_of_html

__all__ = ["Cleaned", "clean_html", "text_of_html"]
