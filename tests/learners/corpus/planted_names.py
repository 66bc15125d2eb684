"""File names and image metadata in which patients' details were left."""

from functools import partial

from .build_docx import docx_file
from .build_image import jpeg_file, png_file
from .build_pdf import pdf_file
from .model import Sample

_HARMLESS_PAGE = ("Scanned for my portfolio. The page itself says nothing about anybody.",)

PLANTED_NAMES = (
    Sample(
        "scan_named_by_number",
        "file_name",
        (("nhs_number", "9998564271"),),
        partial(pdf_file, "scan_9998564271.pdf", _HARMLESS_PAGE),
    ),
    Sample(
        "number_first_with_underscores",
        "file_name",
        (("nhs_number", "999_198_8904"),),
        partial(pdf_file, "999_198_8904_ReferralLetter_v2.pdf", _HARMLESS_PAGE),
    ),
    Sample(
        "consent_form_with_birth_date",
        "file_name",
        (("date_of_birth", "03-04-1951"),),
        partial(png_file, "ashworth_dob_03-04-1951_consent.png", Title="Consent form, blank"),
    ),
    Sample(
        "summary_born_in_words",
        "file_name",
        (("date_of_birth", "3rd April 1951"),),
        partial(docx_file, "Born 3rd April 1951 - frailty summary (final).docx", "Summary to be written."),
    ),
    Sample(
        "map_of_a_home_visit",
        "file_name",
        (("postcode", "LS98_1FD"),),
        partial(png_file, "home_visit_LS98_1FD_map.png", Title="Map"),
    ),
    Sample(
        "voicemail_transcript",
        "file_name",
        (("phone", "07700_900915"),),
        partial(docx_file, "voicemail_07700_900915_2026-10-19.docx", "The caller asked for a call back."),
    ),
    Sample(
        "saved_mail_about_a_wheelchair",
        "file_name",
        (("email", "p.lindqvist@homepost.example"),),
        partial(pdf_file, "RE_ wheelchair from p.lindqvist@homepost.example.pdf", _HARMLESS_PAGE),
    ),
)

PLANTED_IMAGES = (
    Sample(
        "ecg_photograph_description",
        "image",
        (("nhs_number", "999 597 7605"),),
        partial(
            jpeg_file,
            "ecg_practice_trace.jpg",
            description="12-lead ECG, leads V1 to V6, patient 999 597 7605, before anonymising",
            make="Exampla",
        ),
    ),
    Sample(
        "artist_is_the_sender",
        "image",
        (("email", "rowan.pettifer@snapmail.example"), ("phone", "07700900477")),
        partial(
            jpeg_file,
            "leg_ulcer_dressing.jpg",
            artist="Rowan Pettifer <rowan.pettifer@snapmail.example>",
            user_comment="Sent in by the patient’s son, text 07700900477 when seen",
        ),
    ),
    Sample(
        "user_comment_of_a_rash",
        "image",
        (("date_of_birth", "19/05/1946"), ("phone", "0113 496 0286")),
        partial(
            jpeg_file,
            "rash_upper_arm.jpg",
            user_comment="Rash, day 3. DOB 19/05/1946. Husband will ring from 0113 496 0286.",
            taken="2026:10:21 10:14:09",
        ),
    ),
    Sample(
        "windows_comment_of_a_letter",
        "image",
        (("postcode", "EH99 1SP"), ("nhs_number", "9996863166")),
        partial(
            jpeg_file,
            "letter_corner.jpg",
            xp_comment="Returned undelivered from EH99 1SP – record 9996863166 – ask at reception",
        ),
    ),
    Sample(
        "compressed_png_text",
        "image",
        (("date_of_birth", "8 July 1929"), ("phone", "+44 (0) 141 496 0119")),
        partial(
            png_file,
            "appointment_screen.png",
            compressed=True,
            Description="Screen grab of the booking for a lady born 8 July 1929, call +44 (0) 141 496 0119 to confirm",
        ),
    ),
    Sample(
        "international_png_comment",
        "image",
        (("postcode", "cf99 1sn"), ("email", "sian.prosser@post.example")),
        partial(
            png_file,
            "home_oxygen_kit.png",
            international=True,
            Comment="Offer for Siân, cf99 1sn; reply to sian.prosser@post.example before the delivery",
            Software="Screen tool 4.2",
        ),
    ),
)
