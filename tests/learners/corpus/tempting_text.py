"""Typed accounts that hold no patient's details, though their figures and words look as if they might."""

from .model import Sample


def _typed(name: str, text: str) -> Sample:
    return Sample(name, "text", (), text)


TEMPTING_TEXT = (
    _typed(
        "order_numbers_of_ten_digits",
        "The order 7915175075 for dressings came short, so I rang the depot and got a credit under 8216243667. I wrote "
        "both numbers in the stock book and told the nurse before clinic at 14:00.",
    ),
    _typed(
        "number_that_fails_its_check",
        "In training we were shown 943 476 5918 and asked whether it could be an NHS number. It could not: the check "
        "digit is wrong by one. I now know why the system refused what I typed.",
    ),
    _typed(
        "three_three_four_ticket",
        "IT ticket 123-456-7891 was opened on 12/10/2026 and closed on 15/10/2026. The scanner in room 4 had the wrong "
        "driver, version 3.4.51, and now has 3.5.2.",
    ),
    _typed(
        "training_dates",
        "Courses this year: basic life support 03/02/2026, information governance 4.3.2026, chaperone training on "
        "21st May 2026, and the GPA induction from 2025-09-08 to 2025-09-12. All certificates are in section 6.",
    ),
    _typed(
        "dates_with_short_years",
        "My week: 02/11/26 induction of a new receptionist, 03/11/26 tutorial, 5.11.26 half day. I was late on the "
        "tutorial because the 8:10 bus did not come.",
    ),
    _typed(
        "blood_pressure_morning",
        "I took 14 blood pressures with the nurse watching. Readings ran from 104/62 to 178/96 and the target is "
        "under 140/90, or 150/90 if the patient is over 80. One man had 120/80 on 3 machines in a row.",
    ),
    _typed(
        "practice_codes",
        "Our ODS code is Y02345 and the branch is A81001; the PCN's is U12345. I had mixed them up on the order form, "
        "and the vaccine fridge went to the wrong site for 2 days.",
    ),
    _typed(
        "competency_codes",
        "This account is my evidence for CAR-01, ADM-04 and COM-12. I have also touched CAR-02 (see week 7) and will "
        "ask for an observation of CLI-03 before 18 December 2026.",
    ),
    _typed(
        "born_in_mind",
        "It must be born in mind (I know that it should be borne) that half the patients do not read English. The idea "
        "was born on a wet Tuesday in May 2026, at the team meeting, and has been stubborn to carry out.",
    ),
    _typed(
        "birth_date_checked_without_a_date",
        "The date of birth was checked on 12 May 2026 with the caller, then her address, then her postcode, as the "
        "protocol says. I did not read any of them aloud, because the waiting room was full.",
    ),
    _typed(
        "empty_form_labels",
        "I redesigned the slip. It now reads: Name / DOB (dd/mm/yyyy) / NHS number (10 digits, 3-3-4) / Postcode / "
        "Phone / E-mail. Each box is larger and the font is 14 point.",
    ),
    _typed(
        "masked_particulars",
        "The record in my screenshot shows NHS number XXX XXX XXXX, DOB **/**/****, phone 07*** ******, because I "
        "covered them before I saved it. My tutor asked me to write down how.",
    ),
    _typed(
        "postcode_lottery",
        "We talked about the postcode lottery in IVF: the SW1 area funds more than M14 or LS6 do, and the rules "
        "changed in 2019/20. I looked up our own ICB's policy, 41 pages, version 2.3.",
    ),
    _typed(
        "vitamin_and_rooms",
        "Mrs P came for her B12 1mg injection in bay B1 2pm, which I had booked as E4 9am. I said sorry, moved her to "
        "the next slot and put the vial back at 2-8 °C.",
    ),
    _typed(
        "ecg_leads",
        "For the ECG I placed V1 and V2 at the 4th intercostal space and V4 5th space, mid-clavicular, then V3, V5, "
        "V6. Paper speed 25 mm/s, gain 10 mm/mV, rate 72, PR 160, QTc 412.",
    ),
    _typed(
        "urgent_numbers",
        "If somebody has chest pain we ring 999 at once; for advice out of hours they ring 111 and press 2 for the "
        "mental health line. For a fire I dial 9 999 from the desk, and 2222 in the hospital.",
    ),
    _typed(
        "extensions_and_bleeps",
        "The duty doctor is on ext 204, the manager on ext. 0211 and the ward sister answers bleep 2043. I taped the "
        "list under the desk of reception, line 1 to line 6.",
    ),
    _typed(
        "opening_hours",
        "Phones open 0800-1830, Monday to Friday, and 0900 to 1200 on Saturdays; the busiest time is 08:00–08:45. "
        "In week 44 we had 1,207 calls, 63% of them answered within 3 minutes.",
    ),
    _typed(
        "snomed_and_read_codes",
        "I coded 38341003 (hypertension), 44054006 (type 2 diabetes) and 195967001 (asthma). The long one, "
        "1085911000119103, was new to me. The old Read codes were G20.. and C10F.",
    ),
    _typed(
        "referral_reference_of_twelve_digits",
        "The e-referral UBRN was 0000 4987 6543 and its password three words. I gave the patient the printed page and "
        "explained that the clinic offers times 2 to 3 weeks ahead.",
    ),
    _typed(
        "book_numbers",
        "I read two books for it: ISBN 978-1-84619-432-5 on reception work and 0-443-05972-X on measuring. The second "
        "edition (2024, pp. 112-128, £34.99) had the better chapter on confidentiality.",
    ),
    _typed(
        "doses_and_times",
        "The pharmacist showed a titration: 5/10/20 mg over 3 weeks, amlodipine 5mg mane, atorvastatin 80 mg @ night, "
        "salbutamol 100mcg 2 puffs prn, and insulin 12+8 units. I do not change doses, I pass them on.",
    ),
    _typed(
        "pathways_and_forms",
        "I learned which form is which: MED3 for fit notes, FP10 for scripts, GMS1 to register, FP92A for exemption, "
        "DS1500 is now SR1, and BP1 is ours. The 2WW became the 28-day Faster Diagnosis Standard in 2023.",
    ),
    _typed(
        "qof_codes",
        "QOF work: HYP008, DM020, AST007 and CHOL003 were below 70% in 2025/26, so DES money of £12,345.67 was at "
        "stake. By 31 March 2026 we had reached 77.4%, and SMI 82.1%.",
    ),
    _typed(
        "laws_and_years",
        "We went through the Data Protection Act 2018, the Access to Health Records Act 1990 and Caldicott's report of "
        "1997 (updated 2013 and 2020). The practice itself has been in this house since 1948.",
    ),
    _typed(
        "newborn_checks",
        "The newborn checks clinic moved to 14 May 2026 and the six-to-eight week one to 16/06/2026. I told mothers "
        "on the list and put a notice up by the pram park; 11 of 12 came.",
    ),
    _typed(
        "handles_and_at_signs",
        "Our patient group posts as @WillowSurgeryPPG and the rota says 'AM @ branch, PM @ main'. I drafted the post "
        "about flu, 240 characters with the tag #FluSeason26, and it had 1,951 views.",
    ),
    _typed(
        "prices_and_stock",
        "Stock count: 1,200 gloves at £0.04, 300 needles (23G x 25 mm), 48 bins, LOT 5537086728, expiry 09/2028. "
        "Invoice 3047281776 was £1,399.72 with 20% VAT. I reordered before 17:30.",
    ),
    _typed(
        "addresses_of_machines",
        "The label printer is at 10.0.4.51, port 9100, and the scanner at 192.168.12.47. Build 22H2, patch 1.9.47, "
        "driver 6.3.9600.17415. The supplier's job was INC1399724637 and took from 9.10 to 11.45.",
    ),
    _typed(
        "ages_and_scores",
        "She was 84, had MMSE 22/30, Rockwood 5, CHA2DS2-VASc 4, eGFR 47, BMI 31.2 and FeNO 35 ppb; he was 67 with "
        "GAD-7 12/21 and PHQ-9 14/27. I explained to both why we ask and wrote 3-4 lines in each record.",
    ),
)
