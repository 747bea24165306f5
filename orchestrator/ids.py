"""Public ids: ULIDs, 26 characters, sortable by the time they were made."""

from ulid import ULID

ID_LENGTH = 26


def new_id() -> str:
    return str(ULID())
