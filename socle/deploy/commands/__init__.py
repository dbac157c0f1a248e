"""One module a call of `socle`: `declare(parser)` says its arguments, `run(options)` does it and returns the exit status."""
