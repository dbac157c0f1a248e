"""The one queue: events written in the transaction of what happened, reactions run after it, exactly once in our database."""
