"""Pages for anybody, before sign-in: home, help, référents, statements, appearance."""
