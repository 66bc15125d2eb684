"""The pages that say what the service is, who may see what, and where to turn: open to everyone."""

from django.http import HttpRequest, HttpResponse

from gpa_programme.accounts.access import public
from gpa_programme.core.http import page

_HOME = [("Home", "/")]
_HELP = [
    ("sign-in", "Signing in"),
    ("learners", "Learners"),
    ("mentors", "Mentors"),
    ("practices", "Practice managers"),
    ("hubs", "Training hubs"),
    ("surveys", "Surveys"),
    ("contact", "Still stuck?"),
]


@public
def about(request: HttpRequest) -> HttpResponse:
    """What the service is, which data are real and which invented, sources and licences."""
    return page(request, "home/about.html", title="About this service", crumbs=_HOME)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested for accessibility, what was not, and what is known to be hard."""
    return page(request, "home/accessibility.html", title="Accessibility", crumbs=_HOME)


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and how survey answers are protected, in plain words."""
    return page(request, "home/privacy.html", title="Privacy", crumbs=_HOME)


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """The questions each role asks first."""
    contents = [{"href": f"#{anchor}", "text": text} for anchor, text in _HELP]
    return page(request, "home/help.html", title="Help", crumbs=_HOME, contents=contents)
