"""Pictures and plain text, written anew so that nothing but what is seen is kept."""

from io import BytesIO
from typing import Any, Literal

from PIL import Image, ImageOps

from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads.refusal import refused

MOST_PIXELS = 40_000_000
_OPTIONS: dict[str, dict[str, Any]] = {"JPEG": {"quality": 90}, "PNG": {"optimize": True}}


def encoded_anew(data: bytes, form: Literal["JPEG", "PNG"], *, most: int) -> bytes:
    """The picture upright and alone: no place, time, camera, comment, profile or bytes after its end; with fewer pixels
    where it would take more than `most` bytes.
    """
    upright = _opened(data)
    clear = form == "PNG" and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info)
    grey = upright.mode in ("1", "L")
    plain = upright.convert("RGBA" if clear else "L" if grey else "RGB")
    plain.info.clear()
    encoded = _encoded(plain, form)
    while len(encoded) > most:
        plain = plain.resize((max(plain.width * 3 // 4, 1), max(plain.height * 3 // 4, 1)))
        encoded = _encoded(plain, form)
    return encoded


def _encoded(picture: Image.Image, form: Literal["JPEG", "PNG"]) -> bytes:
    out = BytesIO()
    picture.save(out, form, **_OPTIONS[form])
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
        if image.width * image.height > MOST_PIXELS:
            raise refused("pixels")
        image.load()
        return ImageOps.exif_transpose(image)
    except DomainError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refused("pixels") from error
    except Exception as error:
        raise refused("damaged") from error


def text_as_utf8(data: bytes) -> bytes:
    """Plain text in UTF-8, whichever of the usual encodings it came in."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16" if marked else "utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(ord(letter) >= 32 or letter in "\t\n\r\f" for letter in text):
            return text.encode()
    raise refused("text")
