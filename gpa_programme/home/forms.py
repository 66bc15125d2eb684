"""What people type on home's pages: an invitation."""

from typing import Any

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.accounts.models import NATIONAL_KEYS
from gpa_programme.core import forms
from hubs.models import Hub, Organisation

HUB_CHOICES = (RoleKey.COORDINATOR, RoleKey.HUB_LEAD, RoleKey.PRACTICE_MANAGER)


class InviteForm(forms.Form):
    """Who is invited to which role, and where."""

    name = forms.CharField(max_length=150, label="Full name")
    email = forms.EmailField(label="Work email address")
    role = forms.ChoiceField(widget=forms.RadioSelect)
    hub = forms.ModelChoiceField(Hub.objects.none(), required=False, help_text="For a coordinator or hub lead.")
    practice = forms.CharField(
        max_length=10, required=False, label="ODS code of the practice", help_text="For a practice manager."
    )
    submit = "Send the invitation"

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        national = access.is_national(user, Permission.INVITE_PEOPLE)
        keys = (*HUB_CHOICES, *NATIONAL_KEYS) if national else HUB_CHOICES
        self.fields["role"].choices = [(key.value, key.label) for key in keys]
        hubs = access.hub_ids(user, Permission.INVITE_PEOPLE)
        self.fields["hub"].queryset = Hub.objects.all() if hubs is None else Hub.objects.filter(pk__in=hubs)

    def clean_role(self) -> RoleKey:
        """The role as a member."""
        return RoleKey(self.cleaned_data["role"])

    def clean_practice(self) -> Organisation | None:
        """The practice with that ODS code, within what the inviter may see."""
        code = self.cleaned_data["practice"].strip().upper()
        if not code:
            return None
        found = Organisation.objects.practices().visible_to(self.user).filter(ods_code=code).first()
        if found is None:
            raise forms.ValidationError("Enter the ODS code of a practice of your region, such as A81001.")
        return found
