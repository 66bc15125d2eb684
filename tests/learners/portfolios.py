"""What tests of portfolios share: a learner's competencies in order, and a page's words."""

import re


def competencies(enrolment):
    """The competencies of the learner's framework, in order."""
    return list(enrolment.framework.competencies.order_by("position"))


def text_of(response):
    """The words of a page without its markup, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
