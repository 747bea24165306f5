"""People and teams in the admin: who may sign in, what they may do, and who is asked together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from orchestrator.accounts.models import Team, User

RIGHTS = ("is_active", "is_staff", "is_superuser")
LABELS = {
    "groups": ("Teams", "Who is in a team is asked what the team is asked."),
    "is_active": ("May sign in", "Take this away instead of deleting the account."),
    "is_staff": ("May use the admin", "Its inbox among it."),
    "is_superuser": ("Administrator", "Looks after people, may decide any task, and may export the record."),
}


class _Person(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label, self.fields[name].help_text = LABELS[name]

    def clean_email(self) -> str:
        """In lower case, so that one person has one account."""
        return str(self.cleaned_data["email"]).strip().lower()


class PersonForm(_Person, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = ("email", "name", "groups", *RIGHTS)


class NewPersonForm(_Person, BaseUserCreationForm):
    class Meta(BaseUserCreationForm.Meta):
        model = User
        fields = ("email", "name", "groups", *RIGHTS)
        field_classes = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_staff"].initial = True


class Calm(admin.ModelAdmin):
    """A list under its own name, and a form with one way to save it."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context | only_save, **kwargs)


@admin.register(User)
class PersonAdmin(Calm, UserAdmin):
    """Nobody is deleted, since decisions and runs name people: an account is closed instead."""

    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/change_form.html"
    actions = None
    ordering = ("email",)
    search_fields = ("email", "name")
    list_display = ("email", "name", "teams", "is_active", "is_staff", "is_administrator", "last_login")
    list_filter = ()
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "groups", "password")}),
        ("Rights", {"fields": RIGHTS}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "password1", "password2", "groups")}),
        ("Rights", {"fields": ("is_staff", "is_superuser")}),
    )

    def formfield_for_manytomany(self, field: Any, request: HttpRequest, **options: Any) -> Any:
        return super().formfield_for_manytomany(
            field, request, **options, widget=forms.CheckboxSelectMultiple
        )

    @admin.display(description="administrator", boolean=True)
    def is_administrator(self, person: User) -> bool:
        return person.is_superuser

    @admin.display(description="teams")
    def teams(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all()) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The owner's rights stay, and nobody locks themselves out."""
        return RIGHTS if obj is not None and (obj.is_owner or obj == request.user) else ()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Another administrator must not take the owner's account over by a new password."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_owner or obj == request.user)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


class TeamForm(forms.ModelForm):
    people = forms.ModelMultipleChoiceField(
        User.objects.order_by("email"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Team
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["people"].initial = self.instance.user_set.all()


admin.site.unregister(Group)


@admin.register(Team)
class TeamAdmin(Calm):
    """A task asked of `team:<name>` is asked of everybody in it."""

    form = TeamForm
    ordering = ("name",)
    search_fields = ("name",)
    list_display = ("name", "members")
    actions = None

    @admin.display(description="people")
    def members(self, team: Team) -> str:
        return ", ".join(user.email for user in team.user_set.order_by("email")) or "–"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.user_set.set(form.cleaned_data["people"])
