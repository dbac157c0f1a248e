"""Stand-ins of the national services, for the demo and the tests only: Pro Santé Connect, FranceConnect and INSi over their real
protocols. The product never imports this package, and this package never imports the product: they meet on sockets, and on the
files of `DIR/simulators/` (`folder.py`)."""
