"""What must hold for the markup of any page: one list of complaints, empty when the page is sound."""

import itertools
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_NAMED_BY_VALUE = frozenset({"hidden", "submit", "button", "reset", "image"})
_ADDRESSES = frozenset({"src", "href", "action", "formaction", "data"})


class Page(HTMLParser):
    """A page read once: what it says in its parts, and what refers to what."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.references: list[tuple[str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.title = self.lang = ""
        self.has_error_summary = False
        self.complaints: list[str] = []
        self.local_links: list[str] = []
        self.without_token: list[str] = []
        self._posted_to = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self._complain(tag, held)
        self._guard(tag, held)
        if "id" in held:
            self.ids.append(held["id"])
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "form"):
            self.references += [(name, target) for target in held.get(name, "").split()]
        if tag == "html":
            self.lang = held.get("lang", "")
        if "nhsuk-error-summary" in held.get("class", "").split() and not self.headings:
            self.has_error_summary = True  # below the heading it is an example in the gallery
        if tag == "label" and "for" in held:
            self.labels.add(held["for"])
        if tag in {"input", "select", "textarea"} and held.get("type") not in _NAMED_BY_VALUE:
            inside_label = any(name == "label" for name, _ in self._open)
            if not inside_label and not held.get("aria-label") and not held.get("aria-labelledby"):
                self.controls.append(held)
        if tag == "a" and held.get("href", "").startswith("#") and len(held["href"]) > 1:
            self.local_links.append(held["href"][1:])
        if tag not in _VOID:
            self._open.append((tag, held))
            if tag in {"title", "h1", "h2", "h3", "h4", "a", "button"} and not self._inside_svg():
                self._text[tag] = []

    def handle_data(self, data: str) -> None:
        for text in self._text.values():
            text.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, held = self._open.pop()
            if name == tag:
                break
        else:
            return
        if tag == "form" and self._posted_to:
            self.without_token.append(self._posted_to)
            self._posted_to = ""
        if tag not in self._text or self._inside_svg():
            return
        text = " ".join("".join(self._text.pop(tag)).split())
        if tag == "title":
            self.title = text
        elif tag in {"a", "button"} and not text and not held.get("aria-label"):
            self.complaints.append(f"a {tag} without words: {held}")
        elif tag.startswith("h") and tag[1:].isdigit():
            self.headings.append((int(tag[1]), text))

    def _inside_svg(self) -> bool:
        return any(name == "svg" for name, _ in self._open)

    def _guard(self, tag: str, held: dict[str, str]) -> None:
        """Note a form that is posted until its token is met."""
        if tag == "form" and held.get("method", "").lower() == "post":
            self._posted_to = held.get("action") or "the page's own address"
        if held.get("name") == "csrfmiddlewaretoken" and held.get("value"):
            self._posted_to = ""

    def _complain(self, tag: str, held: dict[str, str]) -> None:
        if "style" in held or tag == "style":
            self.complaints.append(f"inline style on {tag}")
        if any(name.startswith("on") for name in held):
            self.complaints.append(f"inline handler on {tag}")
        if tag == "script" and not held.get("src") and held.get("type") != "application/json":
            self.complaints.append("inline script")
        if tag == "th" and held.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
            self.complaints.append("a table head without scope")
        if tag == "img" and "alt" not in held:
            self.complaints.append("a picture without alt")
        if tag in {"script", "link", "img", "iframe"}:
            for name in _ADDRESSES & held.keys():
                pictured = tag == "img" and held[name].startswith("data:image/")  # as the content policy allows
                if held[name].startswith(("http:", "https:", "//", "data:")) and not pictured:
                    self.complaints.append(f"{tag} from elsewhere: {held[name]}")


def complaints(html: str) -> list[str]:
    """Everything that is wrong with a page's markup."""
    page = Page(html)
    found = list(page.complaints)
    known = set(page.ids)
    found += [f"the id {name} twice" for name in sorted(known) if page.ids.count(name) > 1]
    found += [
        f"no label for {control.get('name') or control.get('id')}"
        for control in page.controls
        if control.get("id") not in page.labels
    ]
    found += [
        f"{name} points to {target}, which is not there" for name, target in page.references if target not in known
    ]
    found += [f"a link to #{target}, which is not there" for target in page.local_links if target not in known]
    h1 = [text for level, text in page.headings if level == 1]
    if len(h1) != 1:
        found.append(f"{len(h1)} main headings")
    elif not page.title.startswith(start := f"{'Error: ' if page.has_error_summary else ''}{h1[0]}"):
        found.append(f"the title {page.title!r} does not start with {start!r}")
    if not page.lang:
        found.append("no language")
    levels = [level for level, _ in page.headings]
    found += [f"from h{above} to h{below}" for above, below in itertools.pairwise(levels) if below > above + 1]
    return found
