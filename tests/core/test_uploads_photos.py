"""Photos larger than what is kept are made smaller; a name as a browser sends it."""

import io
import random

import pytest
from PIL import Image

from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import LARGEST, LARGEST_PICTURE, check_upload, safe_name


@pytest.mark.parametrize(("form", "name", "side"), [("JPEG", "big.jpg", 3_700), ("PNG", "big.png", 2_100)])
def test_large_photo_is_made_smaller_until_it_fits(form, name, side):
    sent = io.BytesIO()
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    noise.save(sent, form, **({"quality": 90} if form == "JPEG" else {"compress_level": 1}))
    assert LARGEST < len(sent.getvalue()) <= LARGEST_PICTURE

    kept = check_upload(name, io.BytesIO(sent.getvalue()))

    with Image.open(io.BytesIO(kept.data)) as picture:
        assert (len(kept.data) <= LARGEST, picture.width == picture.height, picture.width < side) == (True,) * 3


def test_photo_beyond_what_is_made_smaller_is_refused():
    sent = io.BytesIO(b"\xff\xd8\xff" + b"a" * (LARGEST_PICTURE - 2))

    with pytest.raises(DomainError, match="larger than 30 MB") as refusal:
        check_upload("one byte over.jpg", sent)
    assert refusal.value.code == "upload_picture_size"


def test_quotation_mark_that_a_browser_escapes_is_no_part_of_the_name():
    assert safe_name("my %22notes%22.pdf", "pdf") == safe_name('my "notes".pdf', "pdf") == "my _notes_.pdf"
