"""What the results of an aim's primary item do not allow anybody to say, in words."""

from evaluation.enums import WaveMode
from gpa_programme.core.disclosure import PublishedCell, Suppressed

ALWAYS = (
    "There is no comparison group: nothing here shows that the programme caused a change.",
    "Hubs are small and their intervals wide: no hub is shown to be better or worse than another.",
)


def limits(first: PublishedCell, latest: PublishedCell | None, mode: str, paired: bool) -> list[str]:
    """Why more cannot be said about one item: `latest` is None where only one time point is released."""
    if latest is None:
        return ["Only one time point is released: whether anything changed cannot be said."]
    if isinstance(first, Suppressed) or isinstance(latest, Suppressed):
        return ["One of the two results is hidden, so they cannot be compared."]
    if paired:
        return []
    if mode == WaveMode.CONFIDENTIAL_LINKED:
        return ["Too few people answered both times to show change in the same people."]
    return ["Different people may have answered each time: the difference is not change in the same people."]
