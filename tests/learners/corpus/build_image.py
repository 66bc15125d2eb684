"""Builders of real JPEG and PNG files at run time, each giving the file name and the bytes."""

import io

from PIL import Image, PngImagePlugin

_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_XP_COMMENT = 0x9C9C
_BASE_TAGS = {"description": 0x010E, "make": 0x010F, "model": 0x0110, "software": 0x0131, "artist": 0x013B}
_TAKEN = 0x9003
_SERIAL = 0xA431


def _picture() -> Image.Image:
    return Image.linear_gradient("L").resize((96, 64)).convert("RGB")


def jpeg_file(
    name: str, *, user_comment: str = "", xp_comment: str = "", taken: str = "", serial: str = "", **base: str
) -> tuple[str, bytes]:
    """Return a JPEG with the given EXIF fields (description, make, model, software, artist and the named ones)."""
    picture = _picture()
    exif = picture.getexif()
    for key, value in base.items():
        exif[_BASE_TAGS[key]] = value
    if xp_comment:
        exif[_XP_COMMENT] = (xp_comment + "\0").encode("utf-16-le")
    inner = exif.get_ifd(_EXIF_IFD)
    if user_comment.isascii() and user_comment:
        inner[_USER_COMMENT] = b"ASCII\0\0\0" + user_comment.encode("ascii")
    elif user_comment:
        inner[_USER_COMMENT] = b"UNICODE\0" + user_comment.encode("utf-16-le")
    if taken:
        inner[_TAKEN] = taken
    if serial:
        inner[_SERIAL] = serial
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return name, out.getvalue()


def png_file(name: str, *, compressed: bool = False, international: bool = False, **chunks: str) -> tuple[str, bytes]:
    """Return a PNG with the given text chunks, plain, compressed or international."""
    notes = PngImagePlugin.PngInfo()
    for key, value in chunks.items():
        if international:
            notes.add_itxt(key, value, lang="en-GB", zip=compressed)
        else:
            notes.add_text(key, value, zip=compressed)
    out = io.BytesIO()
    _picture().save(out, "PNG", pnginfo=notes)
    return name, out.getvalue()
