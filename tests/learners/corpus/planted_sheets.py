"""XLSX call-recall lists and logs in which patients' details stand as text, numbers and dates."""

import datetime as dt
from functools import partial

from .build_xlsx import RichText, Sheet, Shown, xlsx_file
from .model import Sample

PLANTED_XLSX = (
    Sample(
        "flu_call_list_of_number_and_date_cells",
        "xlsx",
        (
            ("nhs_number", "9996444694"),
            ("nhs_number", "9995029529"),
            ("nhs_number", "9992074256"),
            ("date_of_birth", "03/04/1951"),
            ("date_of_birth", "26/12/1948"),
            ("date_of_birth", "09/01/1939"),
            ("phone", "0115 496 0185"),
            ("phone", "07700 900341"),
        ),
        partial(
            xlsx_file,
            "flu_call_recall.xlsx",
            Sheet(
                "Flu 2026-27",
                (
                    ("NHS number", "Date of birth", "Telephone", "Invited", "Booked"),
                    (9996444694, dt.date(1951, 4, 3), "0115 496 0185", dt.date(2026, 9, 14), "Y"),
                    (9995029529, dt.date(1948, 12, 26), "07700 900341", dt.date(2026, 9, 14), "N"),
                    (9992074256, dt.date(1939, 1, 9), "declined calls", dt.date(2026, 9, 21), "N"),
                ),
            ),
        ),
    ),
    Sample(
        "second_sheet_of_a_quiet_workbook",
        "xlsx",
        (("email", "f.abernethy@mail.example"), ("postcode", "G58 1SB"), ("postcode", "sw99 0aa")),
        partial(
            xlsx_file,
            "carers_audit.xlsx",
            Sheet("Summary", (("Month", "Carers found"), ("September", 14), ("October", 19))),
            Sheet(
                "Working",
                (
                    ("Initials", "Contact", "Area"),
                    ("FA", "f.abernethy@mail.example", "G58 1SB"),
                    ("JT", "letter only", "sw99 0aa"),
                ),
            ),
        ),
    ),
    Sample(
        "hidden_sheet_with_leading_noughts",
        "xlsx",
        (("nhs_number", "999 254 9092"), ("phone", "07700900182")),
        partial(
            xlsx_file,
            "hypertension_register.xlsx",
            Sheet(
                "Counts",
                (("Group", "Patients", "Treated to target"), ("Under 80", 412, 0.71), ("80 and over", 96, 0.83)),
            ),
            Sheet(
                "raw",
                (
                    ("ID", "Mobile", "BP"),
                    (Shown(9992549092, "000 000 0000"), Shown(7700900182, "00000000000"), "152/94"),
                ),
                hidden=True,
            ),
        ),
    ),
    Sample(
        "cell_comment_footer_and_properties",
        "xlsx",
        (("phone", "0116 496 0549"), ("postcode", "EC1A 1BB"), ("email", "hal.winterbourne@letters.example")),
        partial(
            xlsx_file,
            "did_not_attend_log.xlsx",
            Sheet(
                "DNA log",
                (("Week", "Missed"), (41, 7), (42, 11)),
                comment="The Monday one: wife on 0116 496 0549",
                footer="Lives at EC1A 1BB",
            ),
            properties={"title": "DNA log", "comments": "Asked hal.winterbourne@letters.example for the reason"},
        ),
    ),
    Sample(
        "one_cell_in_two_fonts",
        "xlsx",
        (("nhs_number", "9999531423"), ("date_of_birth", "6th June 1944"), ("phone", "01632 960909")),
        partial(
            xlsx_file,
            "smear_and_bowel_reminders.xlsx",
            Sheet(
                "Reminders",
                (
                    ("Who", "Note"),
                    (RichText("99995", "31423"), "Bowel kit sent again on 02/11/2026"),
                    (RichText("Born 6th ", "June 1944"), "Too old for the programme, told gently"),
                    ("Mrs Y", RichText("Ring 01632 ", "960909 after the 9am clinic")),
                ),
            ),
        ),
    ),
    Sample(
        "childhood_jabs_with_recent_birth_dates",
        "xlsx",
        (("date_of_birth", "14/03/2025"), ("date_of_birth", "2.7.25"), ("email", "parent.of.ned@mail.example")),
        partial(
            xlsx_file,
            "childhood_immunisations.xlsx",
            Sheet(
                "Due",
                (
                    ("First name", "DOB", "Jab due", "Parent"),
                    ("Ned", dt.date(2025, 3, 14), dt.date(2026, 4, 20), "parent.of.ned@mail.example"),
                    ("Ottoline", "2.7.25", dt.date(2026, 7, 6), "by letter"),
                ),
            ),
        ),
    ),
)
