"""Text that files can hold."""

import re
from typing import Any

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legible(value: Any) -> Any:
    """The same value, its text without control characters and halves of surrogate pairs, however deep in lists.

    XML forbids them, and the chart renderer takes its whole process down over one.
    """
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, dict):
        return {name: legible(item) for name, item in value.items()}
    return [legible(item) for item in value] if isinstance(value, (list, tuple)) else value
