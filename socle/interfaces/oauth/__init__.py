"""The token endpoint of the platform, and `authenticate(header)`: from a bearer token to its Actor."""

from socle.base.signin.tokens import authenticate

__all__ = ["authenticate"]
