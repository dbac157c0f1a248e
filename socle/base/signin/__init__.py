"""Who comes in, and how: accounts, sign-in sessions, OpenID Connect, tokens of software. The Actor of a request is built here."""
