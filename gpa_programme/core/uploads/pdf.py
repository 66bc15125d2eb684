"""What a PDF may hold: pages, and nothing that acts or is attached."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads.refusal import refused

MOST_PAGES = 500
MOST_OBJECTS = 50_000

_CODE = {"/JavaScript", "/JS", "/XFA"}
_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"}
_ATTACHED = {"/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMediaContent"}


def check_pdf(data: bytes) -> None:
    """Looks at every object. Raises DomainError where it is locked, damaged, huge, active or carries files."""
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise refused("password")
        for each in _objects(reader):
            _check_object(each)
        pages = len(reader.pages)
    except DomainError:
        raise
    except LimitReachedError as error:
        raise refused("bomb") from error
    except Exception as error:
        raise refused("damaged") from error
    if pages == 0:
        raise refused("damaged")
    if pages > MOST_PAGES:
        raise refused("pages")


def _objects(reader: PdfReader) -> list[Any]:
    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise refused("complicated")
    found = [reader.get_object(IndirectObject(number, generation, reader)) for number, generation in sorted(numbers)]
    return [*found, reader.trailer]


def _check_object(found: Any) -> None:
    """An object and what it holds directly; what it only refers to is looked at in its own turn."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            if _CODE & each.keys() or each.get("/S") in _ACTIONS:
                raise refused("code")
            if _ATTACHED & each.keys() or each.get("/Type") == "/EmbeddedFile":
                raise refused("attached")
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(each)
