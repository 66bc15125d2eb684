"""Checks of evaluation: answers against invitations, frozen tables and reports against their hashes."""

from evaluation.enums import ReportState, WaveMode, WaveState
from evaluation.models import Release, ReportVersion
from evaluation.rules import content, release
from gpa_programme.home.checks.check import Check, sql


def releases_with_another_hash() -> int:
    """How many released tables are not what their SHA-256 froze."""
    rows = Release.objects.values_list("tables", "sha256").iterator(chunk_size=50)
    return sum(release.sha256(tables) != sha256 for tables, sha256 in rows)


def reports_with_another_hash() -> int:
    """How many frozen report contents are not what their SHA-256 froze."""
    rows = ReportVersion.objects.values_list("content", "sha256").iterator(chunk_size=50)
    return sum(content.digest(frozen) != sha256 for frozen, sha256 in rows)


EVALUATION: tuple[Check, ...] = (
    sql(
        "answers_against_invitations",
        "A wave by invitation holds as many answers as invitations that were answered.",
        """
        SELECT w.id FROM evaluation_wave w
        LEFT JOIN (
            SELECT wave_id, COUNT(*) AS n FROM evaluation_invitation WHERE answered GROUP BY wave_id
        ) AS asked ON asked.wave_id = w.id
        LEFT JOIN (SELECT wave_id, COUNT(*) AS n FROM evaluation_response GROUP BY wave_id) AS given
            ON given.wave_id = w.id
        WHERE w.mode <> %s AND COALESCE(asked.n, 0) <> COALESCE(given.n, 0)
        """,
        (WaveMode.ANONYMOUS_OPEN.value,),
    ),
    sql(
        "released_without_tables",
        "A released wave has its frozen tables, and no other wave has.",
        """
        SELECT w.id FROM evaluation_wave w LEFT JOIN evaluation_release r ON r.wave_id = w.id
        WHERE (w.state = %s AND r.id IS NULL) OR (w.state <> %s AND r.id IS NOT NULL)
        """,
        (WaveState.RELEASED.value, WaveState.RELEASED.value),
    ),
    Check("release_hash_mismatch", "Released tables are what their SHA-256 froze.", releases_with_another_hash),
    Check("report_hash_mismatch", "A report's content is what its SHA-256 froze.", reports_with_another_hash),
    sql(
        "report_state_is_not_last_change",
        "A report's state copies its last change.",
        """
        SELECT r.id FROM evaluation_regionalreport r
        LEFT JOIN (SELECT report_id, MAX(id) AS last FROM evaluation_reportchange GROUP BY report_id) l
            ON l.report_id = r.id
        LEFT JOIN evaluation_reportchange c ON c.id = l.last
        WHERE c.id IS NULL OR c.to_state <> r.state
        """,
    ),
    sql(
        "report_without_content",
        "A report that is more than expected has a frozen version.",
        """
        SELECT r.id FROM evaluation_regionalreport r
        WHERE r.state <> %s AND NOT EXISTS (SELECT 1 FROM evaluation_reportversion v WHERE v.report_id = r.id)
        """,
        (ReportState.EXPECTED.value,),
    ),
)
