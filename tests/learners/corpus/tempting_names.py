"""File names and image metadata that hold no patient's details, though they look as if they might."""

from functools import partial

from .build_docx import docx_file
from .build_image import jpeg_file, png_file
from .build_pdf import pdf_file
from .build_xlsx import Sheet, xlsx_file
from .model import Sample

_HARMLESS_PAGE = ("A page of my own notes, with nothing in it about a patient.",)

TEMPTING_NAMES = (
    Sample(
        "certificate_with_this_year",
        "file_name",
        (),
        partial(pdf_file, "Safeguarding_L3_certificate_2026-05-14.pdf", _HARMLESS_PAGE),
    ),
    Sample(
        "minutes_with_a_run_together_date",
        "file_name",
        (),
        partial(docx_file, "20261103_1330_team_meeting_v2.docx", "Minutes: phones, flu, rota."),
    ),
    Sample(
        "camera_file_name",
        "file_name",
        (),
        partial(jpeg_file, "IMG_20260514_093122(1).jpg", software="Camera 12.1"),
    ),
    Sample(
        "scan_number_that_fails_its_check",
        "file_name",
        (),
        partial(pdf_file, "scan_9434765918.pdf", _HARMLESS_PAGE),
    ),
    Sample(
        "practice_code_and_year_range",
        "file_name",
        (),
        partial(xlsx_file, "A81001_QOF_2025-26_v1.2_wk44.xlsx", Sheet("QOF", (("Code", "%"), ("HYP008", 77.4)))),
    ),
    Sample(
        "screenshot_with_last_years_date",
        "file_name",
        (),
        partial(png_file, "Screenshot 12-11-2025 at 10.14.33 CAR-01 MED3 template.png", Software="Screen tool 4.2"),
    ),
)

TEMPTING_IMAGES = (
    Sample(
        "waiting_room_poster",
        "image",
        (),
        partial(
            jpeg_file,
            "poster.jpg",
            description="waiting room poster",
            make="Exampla",
            model="EX-7700",
            software="14.2.51",
            taken="2026:05:14 09:31:22",
        ),
    ),
    Sample(
        "camera_serial_number",
        "image",
        (),
        partial(
            jpeg_file,
            "treatment_room.jpg",
            description="Treatment room B12, after the clean of 02/11/2026",
            make="Exampla",
            serial="3058220147",
            taken="2026:11:02 17:45:00",
        ),
    ),
    Sample(
        "artist_is_the_learner_alone",
        "image",
        (),
        partial(
            jpeg_file,
            "notice_board.jpg",
            artist="Photographed by the learner, reception desk, ext 204",
            user_comment="Notice board: call 111 first, 999 for emergencies. Week 45, 2026.",
        ),
    ),
    Sample(
        "windows_comment_on_electrodes",
        "image",
        (),
        partial(
            jpeg_file,
            "dummy_with_electrodes.jpg",
            xp_comment="Training dummy – leads V1 to V6 – evidence for CLI-03 – order 1351704355",
        ),
    ),
    Sample(
        "png_of_a_form_template",
        "image",
        (),
        partial(
            png_file,
            "registration_slip.png",
            Title="Registration slip, version 3.4, 2026",
            Description="Blank slip: date of birth dd/mm/yyyy, NHS number 3-3-4, postcode, phone, e-mail",
        ),
    ),
    Sample(
        "png_with_compressed_chart_notes",
        "image",
        (),
        partial(
            png_file,
            "calls_chart.png",
            compressed=True,
            Comment="Calls by hour 0800-1830, weeks 40-44, 1,207 calls, 63% answered; made on 6 November 2026",
        ),
    ),
)
