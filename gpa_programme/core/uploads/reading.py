"""What can be read inside a file that somebody brings: (place, text) parts, and whether some of it cannot be read."""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from gpa_programme.core.uploads import extraction
from gpa_programme.core.uploads.pictures import MOST_PIXELS
from gpa_programme.core.uploads.refusal import refused

SECONDS = 30
IN_PICTURE = "in the hidden data of the picture"
_PROGRAM = Path(extraction.__file__)
_TAGS_OF_WINDOWS = range(0x9C9B, 0x9CA0)


@dataclass(frozen=True)
class Inside:
    """The words found in a file with their places; `unread` where it shows what only a person can read."""

    parts: tuple[tuple[str, str], ...] = ()
    unread: bool = False


def text_inside(kind: str, data: bytes) -> Inside:
    """What stands in a file of that kind (its ending), as it came: call it before a picture's metadata is stripped.

    PDF and office files are read by another process with limits of time and memory. Raises DomainError on field "file"
    where those are not enough.
    """
    if kind == "txt":
        return Inside(
            (("in the text", data.decode(errors="replace")[: extraction.LONGEST]),), len(data) > extraction.LONGEST
        )
    if kind in extraction.READERS:
        return _apart(kind, data)
    words = _picture_words(data)
    return Inside(((IN_PICTURE, "\n".join(words)),) if words else (), unread=True)


def _apart(kind: str, data: bytes) -> Inside:
    command = [sys.executable, "-I", "-W", "ignore", str(_PROGRAM), kind]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise refused("slow") from error
    return Inside(tuple((place, text) for place, text in found["parts"]), found["unread"])


def _picture_words(data: bytes) -> list[str]:
    """The words that a camera, a phone or a program left in a picture; a picture that cannot be opened has none here.

    Its place (GPS) is none of them: it is stripped with the rest, and every phone writes it.
    """
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height <= MOST_PIXELS and image.format == "PNG":
                image.load()  # text may stand behind the picture
            exif = image.getexif()
            values = [*exif.items(), *exif.get_ifd(ExifTags.IFD.Exif).items()]
            about = [(key, value) for key, value in image.info.items() if key not in {"exif", "icc_profile", "xmp"}]
            packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
            found = [_words(key, value) for key, value in [*values, *about]]
            found += extraction.xml_words(packet.encode() if isinstance(packet, str) else packet) if packet else []
    except Exception:  # noqa: BLE001  damaged metadata is thrown away with the rest, and a damaged picture refused later
        return []
    return [words for words in found if any(sign.isdigit() or sign == "@" for sign in words)]


def _words(key: Any, value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(_words(name, one) for name, one in value.items())
    if isinstance(value, tuple) and key in _TAGS_OF_WINDOWS:
        value = bytes(value)
    if isinstance(value, bytes):
        wide = key in _TAGS_OF_WINDOWS or value.startswith(b"UNICODE\0")
        text = (
            value.removeprefix(b"UNICODE\0")
            .removeprefix(b"ASCII\0\0\0")
            .decode("utf-16-le" if wide else "utf-8", "replace")
        )
    else:
        text = value if isinstance(value, str) else ""
    return "".join(sign if sign.isprintable() else " " for sign in text).replace("\N{REPLACEMENT CHARACTER}", " ")
