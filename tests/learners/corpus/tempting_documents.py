"""PDF and DOCX templates and protocols that hold no patient's details, though they look as if they might."""

from functools import partial

from .build_docx import Deleted, Link, Runs, Table, TextBox, docx_file
from .build_pdf import pdf_file
from .model import Sample

TEMPTING_PDFS = (
    Sample(
        "blank_referral_template",
        "pdf",
        (),
        partial(
            pdf_file,
            "referral_template.pdf",
            (
                "Referral template v4.1, review by 31/03/2027",
                (
                    ("NHS number", "___ ___ ____"),
                    ("Date of birth", "__/__/____"),
                    ("Postcode", ""),
                    ("Telephone", "(home / mobile)"),
                    ("E-mail", "name@"),
                ),
            ),
            info={"Title": "Referral template 4.1", "Keywords": "A81001, MED3, 2026"},
        ),
    ),
    Sample(
        "call_handling_flow",
        "pdf",
        (),
        partial(
            pdf_file,
            "call_flow.pdf",
            (
                "Call handling, protocol 12.3.4",
                "1. Greet within 3 rings. 2. Red flags: chest pain, call 999.",
                "3. Ask for full name, date of birth and postcode. 4. Book within 14 days or send to 111.",
                "5. Doctor on ext 204 from 08:00 to 18:30.",
            ),
            ("Page 2 of 2. Approved on 6 October 2026 by the partners. Next review week 40 of 2027.",),
            header="Willow Surgery Y02345 - protocol 12.3.4 - October 2026",
        ),
    ),
    Sample(
        "training_certificate",
        "pdf",
        (),
        partial(
            pdf_file,
            "bls_certificate.pdf",
            (
                "Certificate of attendance: adult basic life support, level 2",
                "Held on 3rd February 2026, 09:30-12:30, 3 CPD hours. Certificate number 7838208011.",
                "Valid to 02/02/2027. Ratio 30:2, rate 100-120 a minute, depth 5-6 cm.",
            ),
            note="Course code BLS-02; the trainer was pleased with the rate, 112.",
        ),
    ),
    Sample(
        "form_fields_without_a_patient",
        "pdf",
        (),
        partial(
            pdf_file,
            "room_booking.pdf",
            ("Room booking form", "For staff meetings alone."),
            fields={"Room": "B12", "Date": "02/12/2026", "Time": "13.30 - 14.45", "Cost code": "3500653082"},
        ),
    ),
    Sample(
        "audit_report",
        "pdf",
        (),
        partial(
            pdf_file,
            "audit_2025_26.pdf",
            (
                "Two-cycle audit of repeat prescribing, 2024/25 and 2025/26",
                (("Cycle", "Scripts", "On time"), ("1", "1,951", "71.2%"), ("2", "2,003", "88.9%")),
                "Sampling ran from 01/04/2025 to 31/03/2026. p = 0.0019, 95% CI 12.4 to 22.9.",
            ),
        ),
    ),
    Sample(
        "reading_list",
        "pdf",
        (),
        partial(
            pdf_file,
            "reading_list.pdf",
            (
                "Reading list",
                "Reception in practice, 3rd edition, 2024, ISBN 978-1-84619-432-5.",
                "NICE NG136 (2019, updated 2023), NG28, CG180; SNOMED CT release 41.0.0 of October 2026.",
                "Journal 2025;75(751):68-69, reference 9088642115.",
            ),
        ),
    ),
)

TEMPTING_DOCX = (
    Sample(
        "chaperone_protocol",
        "docx",
        (),
        partial(
            docx_file,
            "chaperone_protocol.docx",
            "Chaperone protocol CP-07, version 2.1",
            "Offer a chaperone to everybody. Code 1104081000000107 if one was there. Never leave between 2 and 3 "
            "without telling the clinician.",
            Table((("Version", "Date", "By"), ("2.0", "14/01/2025", "Manager"), ("2.1", "09/11/2026", "Partners"))),
            header="CP-07 / page 1 of 3 / printed 9 November 2026",
            footer="Room 14, ext 0211",
        ),
    ),
    Sample(
        "blank_table_of_particulars",
        "docx",
        (),
        partial(
            docx_file,
            "blank_form.docx",
            Table(
                (("Date of birth", "dd", "mm", "yyyy"), ("NHS number", "000", "000", "____"), ("Postcode", "", "", ""))
            ),
            "Shade boxes by hand. Form FP92A goes with it.",
        ),
    ),
    Sample(
        "table_of_groups_of_digits",
        "docx",
        (),
        partial(
            docx_file,
            "fridge_temperatures.docx",
            "Fridge log, degrees times ten and door openings, week 43",
            Table((("Day", "Min", "Max", "Openings"), ("Mon", "124", "256", "1031"), ("Tue", "131", "247", "1102"))),
            TextBox("Keep between 2.0 and 8.0. Reset at 17:30."),
        ),
    ),
    Sample(
        "comment_about_checking",
        "docx",
        (),
        partial(
            docx_file,
            "reflection_on_identity.docx",
            "I always ask the caller to tell me the date of birth, never the other way about.",
            Runs(("Since the audit of 05/", "10/20", "26 nobody has slipped, in 3", "12 calls.")),
            comment="Good. Link it to COM-12 and to the meeting of 20/10/2026.",
            footnote="Protocol 4.3.26, paragraph 7.",
        ),
    ),
    Sample(
        "medicine_protocol",
        "docx",
        (),
        partial(
            docx_file,
            "b12_protocol.docx",
            "B12 1mg every 2-3 months, or on alternate days if there are nerve signs; see BNF 92, page 1124.",
            Deleted("Old wording: five injections over 2 weeks, form MED3 not needed."),
            Link("Guideline", "https://guidelines.example/ng239/2024-03-06"),
            title="B12 protocol 2026/27",
        ),
    ),
    Sample(
        "learning_plan",
        "docx",
        (),
        partial(
            docx_file,
            "learning_plan.docx",
            "Learning plan, 23 November 2026 to 26 February 2027",
            Table(
                (
                    ("Competency", "By", "Evidence"),
                    ("CAR-01", "11/12/2026", "Case 3, 400-600 words"),
                    ("ADM-04", "15/01/2027", "Log of 20 letters"),
                )
            ),
            "It must be born in mind that leave is from 21 December 2026 to 4 January 2027.",
        ),
    ),
)
