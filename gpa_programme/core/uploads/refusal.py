"""Why a file is not taken, in words that say what to do."""

from gpa_programme.core.errors import DomainError

_REASONS = {
    "empty": "This file is empty. Choose another.",
    "size": "This file is larger than 10 MB. Make it smaller, or send part of it.",
    "picture_size": "This picture is larger than 30 MB. Send a smaller copy.",
    "type": "This kind of file is not accepted. Send PDF, Word (.docx), Excel (.xlsx), PNG, JPEG or plain text (.txt).",
    "old": "This is an old Word or Excel format. Save it as .docx, .xlsx or PDF.",
    "password": "This file has a password. Save it without one.",
    "mismatch": "This file is something else inside than its name says. Save it again in the format of its name.",
    "damaged": "This file is damaged and cannot be opened. Save it again and send the new copy.",
    "bomb": "This file unpacks to far more than its size. Save it as PDF and send that.",
    "code": "This file contains macros or other code. Save it without them, or as PDF.",
    "attached": "This file has other files inside it. Send them one by one.",
    "elsewhere": "This file takes parts from another computer. Save it as PDF and send that.",
    "complicated": "This PDF is too complicated to check. Print it to a new PDF and send that.",
    "slow": "This file takes too long to check. Print it to a new PDF and send that.",
    "pages": "This PDF has more than 500 pages. Send the part that is evidence.",
    "pixels": "This picture has more than 40 million pixels. Send a smaller copy.",
    "text": "This file is named .txt but is not plain text.",
}


def refused(reason: str) -> DomainError:
    """The error to raise, on form field "file", with code "upload_<reason>"."""
    return DomainError(_REASONS[reason], field="file", code=f"upload_{reason}")
