"""Public ids: ULIDs, 26 characters, sortable by the time they were made."""

from datetime import datetime

from ulid import ULID

ID_LENGTH = 26
TIME_LENGTH = 10


def new_id() -> str:
    return str(ULID())


def first_id_at(moment: datetime) -> str:
    """No id made before the moment is greater, none made from then on is less."""
    return str(ULID.from_datetime(moment))[:TIME_LENGTH] + "0" * (ID_LENGTH - TIME_LENGTH)
