"""The whole corpus, gathered: sixty samples with planted identifiers and sixty tempting ones without."""

from .model import Sample
from .planted_documents import PLANTED_DOCX, PLANTED_PDFS
from .planted_names import PLANTED_IMAGES, PLANTED_NAMES
from .planted_sheets import PLANTED_XLSX
from .planted_text import PLANTED_TEXT
from .tempting_documents import TEMPTING_DOCX, TEMPTING_PDFS
from .tempting_names import TEMPTING_IMAGES, TEMPTING_NAMES
from .tempting_sheets import TEMPTING_XLSX
from .tempting_text import TEMPTING_TEXT

PLANTED: tuple[Sample, ...] = (
    *PLANTED_TEXT,
    *PLANTED_NAMES,
    *PLANTED_PDFS,
    *PLANTED_DOCX,
    *PLANTED_XLSX,
    *PLANTED_IMAGES,
)
TEMPTING: tuple[Sample, ...] = (
    *TEMPTING_TEXT,
    *TEMPTING_NAMES,
    *TEMPTING_PDFS,
    *TEMPTING_DOCX,
    *TEMPTING_XLSX,
    *TEMPTING_IMAGES,
)
SAMPLES: tuple[Sample, ...] = PLANTED + TEMPTING
