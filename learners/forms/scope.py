"""Forms of a scope: which competencies apply, by group with single ticks inside, and an answer to a proposal."""

from collections.abc import Sequence
from typing import Any

from gpa_programme.core import forms
from learners.enums import CompetencyKind
from learners.queries.scope import Group
from learners.rules import scope as rules
from learners.rules.scope import Many


class ScopeForm(forms.Form):
    """All, none or some of each optional group, and why."""

    reason = forms.CharField(
        label="Why does this fit?",
        max_length=rules.REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: the practice now wants blood pressure checks. Learner, mentor and hub can read it.",
    )

    def __init__(self, *args: Any, groups: Sequence[Group], reason_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = [group for group in groups if group.kind in rules.OPTIONAL]
        self.fields["reason"].required = reason_needed
        self.fields["reason"].error_messages["required"] = "Enter why the scope should change"
        for group in self.groups:
            many, some = self._of(group)
            self.fields[f"many_{group.kind}"] = many
            self.fields[f"some_{group.kind}"] = some

    @staticmethod
    def _of(group: Group) -> tuple[forms.ChoiceField, forms.MultipleChoiceField]:
        count = len(group.competencies)
        choices = [(Many.ALL, f"All {count}"), (Many.SOME, "Some of them"), (Many.NONE, "None")]
        some = [(one.code, str(one)) for one in group.competencies]
        return (
            forms.ChoiceField(
                label=f"{group.kind.label} tasks",
                choices=choices,
                initial=group.how_many,
                error_messages={"required": f"Select how many {group.kind.label.lower()} tasks apply"},
            ),
            forms.MultipleChoiceField(
                label=f"Which {group.kind.label.lower()} tasks?",
                choices=some,
                initial=sorted(group.applying),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Whoever says "some" says which."""
        said = super().clean() or self.cleaned_data
        for group in self.groups:
            if said.get(f"many_{group.kind}") == Many.SOME and not said.get(f"some_{group.kind}"):
                self.add_error(f"some_{group.kind}", f"Select which {group.kind.label.lower()} tasks apply, or “None”")
        return said

    def codes(self) -> set[str]:
        """The codes of what applies besides the core."""
        kinds = {one.code: group.kind.value for group in self.groups for one in group.competencies}
        return rules.chosen(
            kinds,
            {group.kind.value: Many(self.cleaned_data[f"many_{group.kind}"]) for group in self.groups},
            {group.kind.value: self.cleaned_data[f"some_{group.kind}"] for group in self.groups},
        )

    def parts(self) -> list[dict[str, Any]]:
        """Each group as the template prints it: its radios, and the ticks under "some"."""
        return [
            {
                "kind": CompetencyKind(group.kind),
                "many": self[f"many_{group.kind}"],
                "said": self[f"many_{group.kind}"].value(),
                "some": self[f"some_{group.kind}"],
            }
            for group in self.groups
        ]


class AnswerForm(forms.Form):
    """A word with a "no"."""

    answer = forms.CharField(
        label="Why not?",
        max_length=rules.REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why you decline"},
    )
