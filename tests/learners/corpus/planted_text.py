"""Typed accounts, case studies and logs in which a learner let patients' details slip."""

from .model import Kind, Sample


def _typed(name: str, text: str, *planted: tuple[Kind, str]) -> Sample:
    return Sample(name, "text", planted, text)


PLANTED_TEXT = (
    _typed(
        "screening_recall_reflection",
        "In September I sat with the practice nurse while she worked the cervical screening recalls. The first lady "
        "on the list, NHS number 999 940 5576, had been sent three letters since 2023 and nobody had noticed that she "
        "had moved. I learned to look at the address before the third letter, not after it.",
        ("nhs_number", "999 940 5576"),
    ),
    _typed(
        "case_study_with_heading_lines",
        "Patient: Mrs M. Okonjo-Bell\nDOB: 03/04/1951\nNHS No:9994726714\nSeen: 12/10/2026, 09:40, room 3\n\n"
        "She came for her annual diabetes review. BP 138/84, HbA1c 52. I did the foot check under supervision.",
        ("date_of_birth", "03/04/1951"),
        ("nhs_number", "9994726714"),
    ),
    _typed(
        "two_calls_to_a_housebound_man",
        "I rang Mr Castellane at home on 01632 960 231 to book his flu visit. No answer twice, so I tried the mobile "
        "on his record (07700 900123) and got his son, who said that mornings before 11 are best.",
        ("phone", "01632 960 231"),
        ("phone", "07700 900123"),
    ),
    _typed(
        "form_sent_by_email",
        "She had no printer, so after checking with the manager I sent the proxy access form to "
        "margaret.okonjo@postbox.example and posted a copy to her flat, B33 8TH. Next time I will ask which one the "
        "patient wants before doing both.",
        ("email", "margaret.okonjo@postbox.example"),
        ("postcode", "B33 8TH"),
    ),
    _typed(
        "born_in_words_and_small_letters",
        "The gentleman was born on the 3rd of April, 1951 and has lived alone since the spring. The district nurse "
        "had him at the old address, ec1a 1bb, which is why the dressing pack never came.",
        ("date_of_birth", "3rd of April, 1951"),
        ("postcode", "ec1a 1bb"),
    ),
    _typed(
        "prescription_query_with_dashes",
        "Prescription query log, week 42.\n1) 999-861-6425 wants 56 days of metformin, pharmacy holds 28.\n"
        "2) Call back on +44 (0)7700 900789 after 2pm, ask for the daughter.\nBoth done by 16:30.",
        ("nhs_number", "999-861-6425"),
        ("phone", "+44 (0)7700 900789"),
    ),
    _typed(
        "dots_all_through",
        "I practised reading back three identifiers at the desk. Hers were d.o.b. 3.4.51 and 999.765.8280, and I read "
        "the number in threes as I was taught. My supervisor said that I should lower my voice.",
        ("date_of_birth", "3.4.51"),
        ("nhs_number", "999.765.8280"),
    ),
    _typed(
        "pasted_with_hard_spaces",
        "Pasted from the record so that I remember the layout: NHS Number: 999\u00a0568\u00a08557, home telephone "
        "020\u00a07946\u00a00742, usual GP Dr Fenwick. The yellow box is the safeguarding flag.",
        ("nhs_number", "999\u00a0568\u00a08557"),
        ("phone", "020\u00a07946\u00a00742"),
    ),
    _typed(
        "number_broken_at_a_line_end",
        "I scanned the discharge letter and matched it to the record of Mr Tansley (12/11/1939). Number 999 528\n"
        "1449 and I checked it twice, because the ward had spelled his surname wrongly. Filed on 9 November 2026.",
        ("date_of_birth", "12/11/1939"),
        ("nhs_number", "999 528\n1449"),
    ),
    _typed(
        "task_list_of_bare_numbers",
        "Asthma reviews I booked on Tuesday:\n9999575552\n9998070015\n9997352866\n"
        "All three said that a video link would suit them better than coming in.",
        ("nhs_number", "9999575552"),
        ("nhs_number", "9998070015"),
        ("nhs_number", "9997352866"),
    ),
    _typed(
        "letter_copied_as_a_work_product",
        "Ms Paulette Drinkwater\nFlat 2, The Maltings\nSouth Wexcombe\nDN55 1PT\nTel: (01632) 960 745\n"
        "E-mail: paulette.drinkwater@letters.example\n\nDear Ms Drinkwater\n\nYour blood test is due. Please book a "
        "morning appointment and do not eat after 10pm the night before.",
        ("postcode", "DN55 1PT"),
        ("phone", "(01632) 960 745"),
        ("email", "paulette.drinkwater@letters.example"),
    ),
    _typed(
        "text_message_thread",
        "To +447700900341, 14:05: Your result is back, please ring us.\nReply 14:11: is it bad\n"
        "I checked that it was the right person (DoB 17-Sep-1944) and then asked the duty doctor to ring.",
        ("phone", "+447700900341"),
        ("date_of_birth", "17-Sep-1944"),
    ),
    _typed(
        "baby_with_a_recent_birth_date",
        "New registration: baby Featherstone, DOB 14/02/2024, moved in from Wales so the 12-month jabs were missing. "
        "Mum asked for the schedule by mail <j.featherstone+baby@mail.example> and I sent the public leaflet.",
        ("date_of_birth", "14/02/2024"),
        ("email", "j.featherstone+baby@mail.example"),
    ),
    _typed(
        "iso_date_and_run_together_postcode",
        "The import failed on a row. It read: surname Lindqvist; Date of birth 1938-12-09; postcode w1a0ax; status A. "
        "The surname had a stray full stop. I corrected it with the data clerk beside me.",
        ("date_of_birth", "1938-12-09"),
        ("postcode", "w1a0ax"),
    ),
    _typed(
        "carer_with_an_apostrophe",
        "I registered Sinead as a carer for her mother. Contact: s.o'dwyer@family.example or 0117-496-0318 in working "
        "hours. I gave her the carers' pack and the number of the social prescriber's room, 12.",
        ("email", "s.o'dwyer@family.example"),
        ("phone", "0117-496-0318"),
    ),
    _typed(
        "leap_day_birthday",
        "We laughed because her birthday is 29th February 1952, so she says that she is eighteen. She moved to M1 1AE "
        "last month and her new mail is leapling@sunnymail.example; I updated all of it on 2 November 2026.",
        ("date_of_birth", "29th February 1952"),
        ("postcode", "M1 1AE"),
        ("email", "leapling@sunnymail.example"),
    ),
    _typed(
        "international_prefix",
        "He is abroad until Christmas and asked us to use 0044 7700 900 512 in the meantime. The repeat goes to the "
        "chemist by SA99 1BN, which his neighbour collects from.",
        ("phone", "0044 7700 900 512"),
        ("postcode", "SA99 1BN"),
    ),
    _typed(
        "born_with_one_letter",
        "Case 2. Mr R. Hollings (b. 12/06/47), retired joiner, came with a cough of 3 weeks' standing. I took his "
        "pulse, 76, and his temperature, 36.8, then found the chest X-ray form in the system (999 721 2835).",
        ("date_of_birth", "12/06/47"),
        ("nhs_number", "999 721 2835"),
    ),
    _typed(
        "capital_mail_and_short_year",
        "REGISTRATION QUERY - MR T ASHWORTH - DATE OF BIRTH 1 JAN '49 - MAIL T.ASHWORTH@COUNTRYMAIL.EXAMPLE - WANTS "
        "ONLINE ACCESS. I now know not to leave caps lock on, and to ask for photo ID first.",
        ("date_of_birth", "1 JAN '49"),
        ("email", "T.ASHWORTH@COUNTRYMAIL.EXAMPLE"),
    ),
    _typed(
        "everything_on_one_line",
        "Two-week-wait referral that I tracked: Winifred Tansley; 21/08/1933; 999 814 4019; ZZ99 3WZ; 0161 496 0257; "
        "w.tansley@inbox.example; appointment offered for 30/11/2026.",
        ("date_of_birth", "21/08/1933"),
        ("nhs_number", "999 814 4019"),
        ("postcode", "ZZ99 3WZ"),
        ("phone", "0161 496 0257"),
        ("email", "w.tansley@inbox.example"),
    ),
    _typed(
        "telephone_log_with_a_hash",
        "10:15 caller gave NHS#999 018 7916 and said the inhaler was the wrong colour.\n10:22 rang back on "
        "01632960418, no reply.\n10:40 wrote to e.brightwater@riverside-post.example instead, with the leaflet.",
        ("nhs_number", "999 018 7916"),
        ("phone", "01632960418"),
        ("email", "e.brightwater@riverside-post.example"),
    ),
    _typed(
        "long_dashes_and_a_weekday",
        "I compared two records that the system thought were one person. One was 999–840–0198, born Sunday "
        "4th March 1962; the other was her twin. It took the two of us half an hour to part them.",
        ("nhs_number", "999–840–0198"),
        ("date_of_birth", "4th March 1962"),
    ),
    _typed(
        "address_change_from_the_web_form",
        "The web form put everything in one box: moved to 4 Quayside Mews, CR26XH. "
        "Contact me at mailto:henrik.sandoval@webpost.example. I split the box into its fields and told the duty lead.",
        ("postcode", "CR26XH"),
        ("email", "henrik.sandoval@webpost.example"),
    ),
    _typed(
        "home_visit_directions",
        "I drove with Dr Fenwick to the last house in bs98 1tl. The key safe was empty, so we rang the neighbour "
        "(07700-900-664) and waited in the car. I wrote the visit up at 13:20.",
        ("postcode", "bs98 1tl"),
        ("phone", "07700-900-664"),
    ),
    _typed(
        "complaint_with_a_year_in_the_mail",
        "The complaint came from b_holloway1947@webpost.example at 23:52. He lives at E98 1TT and could not reach the "
        "branch surgery by bus. I acknowledged it within 3 working days, as the policy says.",
        ("email", "b_holloway1947@webpost.example"),
        ("postcode", "E98 1TT"),
    ),
    _typed(
        "possessive_number_and_labels",
        "I opened 9990066817's record in error, closed it and told the Caldicott guardian. What I had seen was:\n"
        "d.o.b - 07/08/88\nTel (020) 7946 0518\nMail: a.marchetti@homepost.example\nPost code NE98 1BA",
        ("nhs_number", "9990066817"),
        ("date_of_birth", "07/08/88"),
        ("phone", "(020) 7946 0518"),
        ("email", "a.marchetti@homepost.example"),
        ("postcode", "NE98 1BA"),
    ),
)
