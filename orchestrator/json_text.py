"""A model field for JSON that is kept exactly as given."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.db import models


class JSONText(models.TextField):
    """JSON kept as text: keys stay in the author's order and any string can be stored
    (PostgreSQL's `jsonb` sorts keys and refuses NUL). Never searched by its content. None is JSON's
    null where the column takes no NULL."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else orjson.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None and self.null:
            return None
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value
