"""XLSX counts, rotas and stock lists that hold no patient's details, though they look as if they might."""

import datetime as dt
from functools import partial

from .build_xlsx import RichText, Sheet, Shown, xlsx_file
from .model import Sample

TEMPTING_XLSX = (
    Sample(
        "recall_totals",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "recall_totals.xlsx",
            Sheet(
                "Totals",
                (
                    ("Recall", "Eligible", "Invited", "Booked", "Rate"),
                    ("Flu", 1951, 1948, 1204, Shown(0.618, "0.0%")),
                    ("Cervical", 412, 398, 201, Shown(0.505, "0.0%")),
                    ("All", 2363, 2346, 1405, Shown(0.599, "0.0%")),
                ),
            ),
        ),
    ),
    Sample(
        "ten_digit_order_numbers",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "stock_orders_2026.xlsx",
            Sheet(
                "Orders",
                (
                    ("Order", "Item", "Ordered", "Cost"),
                    (9407374206, "Gloves M", dt.date(2026, 10, 5), 48.0),
                    (2766752590, "Needles 23G", dt.date(2026, 10, 19), 31.5),
                    (Shown(7176411577, "000 000 0000"), "Sharps bins", dt.date(2026, 11, 2), 112.25),
                ),
                footer="Printed 20/11/2026, page 1 of 1",
            ),
        ),
    ),
    Sample(
        "staff_rota",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "rota_week_48.xlsx",
            Sheet(
                "Week 48",
                (
                    ("Day", "Date", "Desk", "Phones", "Ext"),
                    ("Mon", dt.date(2026, 11, 23), "08:00-13:00", "0800-1830", 204),
                    ("Tue", dt.date(2026, 11, 24), "08:00-13:00", "0800-1830", Shown(211, "0000")),
                ),
                comment="Swap Tuesday with the branch, A81001",
            ),
        ),
    ),
    Sample(
        "hidden_sheet_of_codes",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "codes.xlsx",
            Sheet("Use", (("Pick a code from the list",),)),
            Sheet(
                "codes",
                (
                    ("SNOMED", "Term", "QOF"),
                    (38341003, "Hypertension", "HYP008"),
                    (195967001, "Asthma", "AST007"),
                    ("1085911000119103", "Diabetes finding", "DM020"),
                ),
                hidden=True,
            ),
        ),
    ),
    Sample(
        "empty_register_with_tempting_headings",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "register_template.xlsx",
            Sheet("Register", (("NHS number", "Date of birth", "Postcode", "Telephone", "E-mail"),)),
            Sheet(
                "Postcode areas",
                (("Area", "Patients"), ("SW1", 1412), ("M14", 233), ("LS6", 87), (RichText("All ", "areas"), 1732)),
            ),
            properties={"title": "Register template v2.4", "comments": "Blank copy for training, October 2026"},
        ),
    ),
    Sample(
        "blood_pressure_practice_readings",
        "xlsx",
        (),
        partial(
            xlsx_file,
            "bp_practice.xlsx",
            Sheet(
                "On colleagues",
                (
                    ("Reading", "BP", "Pulse", "When"),
                    (1, "120/80", 72, dt.date(2026, 9, 7)),
                    (2, "118/76", 68, dt.date(2026, 9, 7)),
                    ("Mean", "119/78", 70, "week 37, 2026"),
                ),
            ),
        ),
    ),
)
