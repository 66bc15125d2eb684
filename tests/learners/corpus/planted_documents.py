"""PDF and DOCX work products in which patients' details stand, some of them out of the way."""

from functools import partial

from .build_docx import Deleted, Link, Runs, Table, TextBox, docx_file
from .build_pdf import pdf_file
from .model import Sample

PLANTED_PDFS = (
    Sample(
        "referral_form_table",
        "pdf",
        (
            ("nhs_number", "999 020 3830"),
            ("date_of_birth", "07/02/1943"),
            ("postcode", "S98 1AA"),
            ("phone", "0114 496 0377"),
        ),
        partial(
            pdf_file,
            "physio_referral_form.pdf",
            (
                "First-contact physiotherapy referral",
                (
                    ("Name", "Mr Desmond Hartnoll"),
                    ("NHS number", "999 020 3830"),
                    ("Date of birth", "07/02/1943"),
                    ("Address", "9 Larkspur Row, S98 1AA"),
                    ("Telephone", "0114 496 0377"),
                    ("Reason", "Shoulder pain for 6 weeks, worse at night. Pain 7/10."),
                ),
                "Referred on 14/10/2026. I filled in the form and the GP signed it.",
            ),
        ),
    ),
    Sample(
        "letter_with_a_second_page",
        "pdf",
        (("nhs_number", "9995977605"), ("email", "gwen.tolliver@farmpost.example")),
        partial(
            pdf_file,
            "case_study_two_pages.pdf",
            (
                "Case study: managing a letter from the hospital",
                "I read the letter, coded the diagnosis and passed the dose change on. The letter is on page 2.",
            ),
            (
                "Dear Doctor. Re: Mrs Gwen Tolliver, NHS No 9995977605.",
                "Please raise her ramipril from 2.5 mg to 5 mg and repeat the blood test in 14 days.",
                "Copy to the patient: gwen.tolliver@farmpost.example",
            ),
        ),
    ),
    Sample(
        "metadata_title_and_subject",
        "pdf",
        (("nhs_number", "999 973 4812"), ("date_of_birth", "30/11/1936")),
        partial(
            pdf_file,
            "clinic_letter.pdf",
            ("This copy of the letter has had the patient's name blacked out for my portfolio.",),
            info={"Title": "Memory clinic letter 999 973 4812", "Subject": "DOB 30/11/1936, seen 06/10/2026"},
        ),
    ),
    Sample(
        "sticky_note",
        "pdf",
        (("phone", "07700 900228"),),
        partial(
            pdf_file,
            "care_home_round.pdf",
            ("Care home round: my notes", "Six residents reviewed, two with new pressure areas. See the note."),
            note="Ring bed 4's daughter on 07700 900228 about the fall.",
        ),
    ),
    Sample(
        "filled_in_form_fields",
        "pdf",
        (("date_of_birth", "23 06 1946"), ("postcode", "BT58 1AA")),
        partial(
            pdf_file,
            "new_patient_questionnaire.pdf",
            ("New patient questionnaire", "Please fill in every box and hand the form in at reception."),
            fields={"Date of birth": "23 06 1946", "Postcode": "BT58 1AA", "Units of alcohol a week": "14"},
        ),
    ),
    Sample(
        "running_header",
        "pdf",
        (("nhs_number", "999-370-9506"), ("email", "caldbeck.family@inbox.example")),
        partial(
            pdf_file,
            "care_plan.pdf",
            ("Care plan", "Goals agreed on 3 November 2026: walk to the shop, eat at noon, weigh on Mondays."),
            ("Review in 12 weeks, or sooner if the weight drops by 5%.",),
            header="Personalised care plan - 999-370-9506",
            footer="Carer: caldbeck.family@inbox.example",
        ),
    ),
    Sample(
        "clinic_letter_in_prose",
        "pdf",
        (("date_of_birth", "22nd of January 1958"), ("phone", "0191 498 0133"), ("postcode", "NE98 1ZZ")),
        partial(
            pdf_file,
            "letter_i_drafted.pdf",
            (
                "Letter I drafted for the GP to sign",
                "Thank you for seeing this lady, born on the 22nd of January 1958, who coughs at night.",
                "She has had three chest infections since March. She can be reached on 0191 498 0133.",
                "She now lives with her sister (NE98 1ZZ) and will need transport.",
            ),
        ),
    ),
)

PLANTED_DOCX = (
    Sample(
        "label_and_value_in_neighbouring_cells",
        "docx",
        (("date_of_birth", "05/09/47"), ("nhs_number", "999 534 3274"), ("postcode", "BX1 1LT")),
        partial(
            docx_file,
            "social_prescribing_referral.docx",
            "Social prescribing referral",
            Table(
                (
                    ("Name", "Ivor Pomfret", "Date of birth", "05/09/47"),
                    ("NHS number", "999 534 3274", "Post code", "BX1 1LT"),
                    ("Need", "Loneliness, benefits advice", "Urgency", "Routine, 2 weeks"),
                )
            ),
        ),
    ),
    Sample(
        "digits_split_over_cells",
        "docx",
        (("nhs_number", "999 520 5114"), ("date_of_birth", "17 03 1939")),
        partial(
            docx_file,
            "wheelchair_form.docx",
            "Wheelchair service application: one group of digits in each box",
            Table((("NHS number", "999", "520", "5114"), ("Date of birth", "17", "03", "1939"))),
            "Height 164 cm, weight 71 kg, seat width 17 inches.",
        ),
    ),
    Sample(
        "header_and_footer",
        "docx",
        (("nhs_number", "9992223863"), ("phone", "0131 496 0264")),
        partial(
            docx_file,
            "dementia_review_template_used.docx",
            "Dementia annual review",
            "Carer strain was discussed. The next review is due in October 2027.",
            header="Annual review / 9992223863 / printed 12 October 2026",
            footer="Next of kin 0131 496 0264",
        ),
    ),
    Sample(
        "text_box_beside_the_text",
        "docx",
        (("date_of_birth", "11.10.1955"), ("phone", "029 2018 0266")),
        partial(
            docx_file,
            "reflection_with_sticky_label.docx",
            "Reflection on a phlebotomy morning",
            TextBox("Label: T. Vaughan-Pryce, born 11.10.1955, tel 029 2018 0266"),
            "I took nine samples, two of them with a butterfly needle. One bottle was unlabelled and I binned it.",
        ),
    ),
    Sample(
        "margin_comment",
        "docx",
        (("nhs_number", "999 766 0471"), ("email", "o.brannigan@postbox.example")),
        partial(
            docx_file,
            "complaint_reply_draft.docx",
            "Dear Mr Brannigan, I am sorry that you waited 45 minutes on 8 September 2026.",
            comment="Is this 999 766 0471? If so answer to o.brannigan@postbox.example, he does not open post.",
        ),
    ),
    Sample(
        "words_split_into_runs",
        "docx",
        (("nhs_number", "999 877 1099"), ("email", "lettice.marlowe@inbox.example"), ("phone", "07700 900136")),
        partial(
            docx_file,
            "call_handling_case.docx",
            Runs(("The caller was 999 8", "77 10", "99 and she was short of breath, so I fetched the duty doctor.")),
            Runs(("She wrote afterwards from lettice.mar", "lowe@in", "box.example to thank us.")),
            Runs(("I had read her number back as 07", "700 900", "136.")),
        ),
    ),
    Sample(
        "footnote_and_tracked_deletion",
        "docx",
        (("postcode", "L98 1AA"), ("date_of_birth", "2 August 1941")),
        partial(
            docx_file,
            "case_discussion.docx",
            "Case discussion: an older man with a new diagnosis of atrial fibrillation, CHA2DS2-VASc 3.",
            Deleted("He was born on 2 August 1941 and was a ship's cook."),
            "I learned to count the pulse for a full 60 seconds.",
            footnote="The community nurse covers L98 1AA on Thursdays.",
        ),
    ),
    Sample(
        "link_target_and_title",
        "docx",
        (("email", "d.kessington@homepost.example"), ("postcode", "n81 1er"), ("phone", "+44 7700 900456")),
        partial(
            docx_file,
            "thank_you_note.docx",
            "A patient wrote to thank the team, and I kept the note as feedback.",
            Link("Write back to him", "mailto:d.kessington@homepost.example"),
            "Or ring +44 7700 900456 in the evening.",
            title="Thank-you note from Mr Kessington, n81 1er",
        ),
    ),
)
