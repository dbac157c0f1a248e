"""What an adversary tries, from the wire, the pages and beside the doors: each test is an attack that must fail."""
