"""Mail: bytes <-> values. Contents that are safe to show or to hand out."""

from socle.formats.mime.html import Cleaned, clean_html, text_of_html
from socle.formats.mime.kinds import ALLOWED, Kind, Sniffed, sniff
from socle.formats.mime.photos import Photo, without_position

__all__ = ["ALLOWED", "Cleaned", "Kind", "Photo", "Sniffed", "clean_html", "sniff", "text_of_html", "without_position"]
