from tests.api.callers import alice, bob, owner, program, stranger, teammate

__all__ = ["alice", "bob", "owner", "program", "stranger", "teammate"]
