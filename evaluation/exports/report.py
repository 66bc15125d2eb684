"""The files of a report, drawn from one frozen version and nothing else: the same version gives the same bytes."""

from typing import Any

from evaluation.enums import FileKind, Rag
from evaluation.models import ReportVersion
from evaluation.rules import reports as rules
from gpa_programme.core import spreadsheets
from gpa_programme.core.charts import Bar, Chart, bars
from gpa_programme.core.documents import pdf_bytes
from gpa_programme.core.spreadsheets import Col, Properties, Sheet

SHARES = ("competencies_signed_share", "on_pace_share", "evaluation_response")
HUB_FIGURES = (
    ("places_filled", "Places filled"),
    ("competencies_signed_share", "Signed off"),
    ("requests_over_14_days", "Waiting too long"),
    ("evaluation_response", "Evaluation received"),
)
RULE = "Operational figures are exact for the hub and the national team. Survey results come from released waves only."


def files(version: ReportVersion) -> dict[FileKind, tuple[str, bytes]]:
    """Kind -> (name, bytes) of the PDF, the workbook and the CSV."""
    drawn = {FileKind.PDF: pdf(version), FileKind.XLSX: xlsx(version), FileKind.CSV: csv(version)}
    return {kind: (file_name(version, kind), data) for kind, data in drawn.items()}


def file_name(version: ReportVersion, kind: FileKind) -> str:
    """Such as gpa-report-wiltshire-training-hub-2019-10-v2.pdf."""
    hub = version.content["hub"]
    where = hub["slug"] if hub else "england"
    return f"gpa-report-{where}-{version.content['period']}-v{version.number}.{kind.value}"


def title(content: dict[str, Any]) -> str:
    """The report's name."""
    return f"Regional report: {content['hub']['name']}" if content["hub"] else "National report"


def pdf(version: ReportVersion) -> bytes:
    """The report as a tagged PDF."""
    content = version.content
    chart = figure_chart(content)
    data = {
        "title": title(content),
        "subtitle": f"{content['programme']}, {content['period_label']}",
        "meta": [[label, value] for label, value in meta(version)],
        "banner": spreadsheets.INVENTED if content["invented"] else "",
        "rag": {"columns": ["Part", "Status", "Share of plan", "Reason"], "rows": rag_rows(content)},
        "sections": [
            *_figure_sections(content, chart),
            *_hub_sections(content),
            *_aim_sections(content),
            *_words(content),
        ],
        "footer": f"{title(content)}, {content['period_label']}, version {version.number}, {version.sha256[:12]}",
    }
    return pdf_bytes("report", data, {"shares": chart.svg})


def figure_rows(content: dict[str, Any]) -> list[list[Any]]:
    """Figure, value in words, numerator, denominator: the rows of every table and file."""
    return [
        [figure["name"], figure["text"], figure["numerator"], figure["denominator"]] for figure in content["figures"]
    ]


def rag_rows(content: dict[str, Any]) -> list[list[str]]:
    """Part, status, share of plan, reason; a part that nobody has set shows what the rule suggests."""
    rows = []
    for part, label in rules.RAG_PARTS:
        chosen, suggested = content["rag"].get(part, {}), content["rag_suggested"][part]
        value = chosen.get("value") or suggested["value"]
        share = "not known" if suggested["share"] is None else f"{suggested['share']}%"
        words = Rag(value).value.capitalize() if value else "Not set"
        rows.append([label, words, share, chosen.get("reason", "")])
    return rows


def meta(version: ReportVersion) -> list[tuple[str, str]]:
    """What identifies this content: printed in each file."""
    content = version.content
    hub = content["hub"]
    where = [("Hub", hub["name"]), ("Region", hub["region"])] if hub else [("Covers", f"{len(content['hubs'])} hubs")]
    return [
        ("Programme", content["programme"]),
        *where,
        ("Period", content["period_label"]),
        ("Counted up to", content["cut_off"]),
        ("Version", str(version.number)),
        ("SHA-256 of the content", version.sha256),
    ]


def figure_chart(content: dict[str, Any]) -> Chart:
    """The shares of the report as bars; the title says the finding."""
    rows = [
        Bar(figure["name"], None if figure["value"] is None else float(figure["value"]), text=figure["text"])
        for figure in content["figures"]
        if figure["key"] in SHARES
    ]
    signed = next(figure for figure in content["figures"] if figure["key"] == "competencies_signed_share")
    return bars(
        f"{signed['text']} of competencies in scope are signed off",
        f"Shares of {title(content)}, {content['period_label']}, in per cent. The table holds every figure.",
        rows,
        unit="percent",
    )


def xlsx(version: ReportVersion) -> bytes:
    """The report as a workbook: figures, hubs, colours, words, and what identifies it."""
    content = version.content
    sheets = [
        Sheet("Figures", _FIGURE_COLUMNS, _typed_rows(content)),
        *([_hub_sheet(content)] if content["hub"] is None else []),
        Sheet("Status", [Col("Part"), Col("Status"), Col("Share of plan"), Col("Reason")], rag_rows(content)),
        Sheet("Survey results", [Col("Aim"), Col("Result")], _aim_rows(content)),
        Sheet("Commentary", [Col("Section"), Col("Text")], _word_rows(content)),
        Sheet("Identity", [Col("What"), Col("Value")], [list(pair) for pair in meta(version)]),
    ]
    properties = Properties(
        title=title(content),
        source=f"{content['programme']}, version {version.number} of the report",
        as_at=content["cut_off"],
        disclosure=RULE,
    )
    return spreadsheets.xlsx_bytes(sheets, properties)


def csv(version: ReportVersion) -> bytes:
    """The figures as CSV, with what identifies them beneath."""
    content = version.content
    notes = [f"{label}: {value}" for label, value in meta(version)]
    if content["invented"]:
        notes.append(spreadsheets.INVENTED)
    return spreadsheets.csv_bytes(Sheet("Figures", _FIGURE_COLUMNS, _typed_rows(content), notes))


_FIGURE_COLUMNS = [
    Col("Measure"), Col("Figure"), Col("Value"), Col("Numerator", "int"), Col("Denominator", "int"), Col("Definition"),
]  # fmt: skip


def _typed_rows(content: dict[str, Any]) -> list[list[Any]]:
    return [
        [row["key"], row["name"], row["text"], row["numerator"], row["denominator"], row["definition"]]
        for row in content["figures"]
    ]


def _hub_sheet(content: dict[str, Any]) -> Sheet:
    names = [figure["name"] for figure in content["figures"]]
    keys = [figure["key"] for figure in content["figures"]]
    rows = [[hub["name"], *(hub["figures"][key]["text"] for key in keys)] for hub in content["hubs"]]
    return Sheet("Hubs", [Col("Hub"), *(Col(name) for name in names)], rows)


def _figure_sections(content: dict[str, Any], chart: Chart) -> list[dict[str, Any]]:
    rows = [["" if cell is None else str(cell) for cell in row] for row in figure_rows(content)]
    return [
        {
            "heading": "Figures",
            "paragraphs": [
                f"Counted up to the end of {content['period_label']}; what was recorded later is not in it."
            ],
            "table": {
                "caption": "Figures of the period",
                "columns": ["Figure", "Value", "Numerator", "Denominator"],
                "rows": rows,
                "numeric": [2, 3],
            },
            "chart": {"key": "shares", "title": chart.title, "alt": f"{chart.title}. {chart.description}"},
            "definitions": [[figure["name"], figure["definition"]] for figure in content["figures"]],
        }
    ]


def _hub_sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    if content["hub"] is not None:
        return []
    rows = [[hub["name"], *(hub["figures"][key]["text"] for key, _ in HUB_FIGURES)] for hub in content["hubs"]]
    columns = ["Hub", *(label for _, label in HUB_FIGURES)]
    register = [[line["hub"], line["state"]] for line in content.get("register", [])]
    found = [{"heading": "Hubs", "table": {"caption": "Hubs in alphabetical order", "columns": columns, "rows": rows}}]
    if register:
        table = {"caption": "Reports of the hubs at issue", "columns": ["Hub", "Report"], "rows": register}
        found.append({"heading": "Register", "table": table})
    return found


def _aim_rows(content: dict[str, Any]) -> list[list[str]]:
    return [[line["aim"], line["text"]] for line in content["aims"]]


def _aim_sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    rows = _aim_rows(content)
    if not rows:
        nothing = "No survey result was released by the end of this period."
        return [{"heading": "The quadruple aim", "paragraphs": [nothing]}]
    table = {"caption": "Released survey results", "columns": ["Aim", "Result"], "rows": rows}
    return [{"heading": "The quadruple aim", "table": table}]


def _word_rows(content: dict[str, Any]) -> list[list[str]]:
    return [[label, content["narrative"].get(key, "")] for key, label, _ in rules.SECTIONS]


def _words(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"heading": label, "paragraphs": text.split("\n\n") if text else ["Nothing was written."]}
        for label, text in _word_rows(content)
    ]
