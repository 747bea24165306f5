"""`manage.py create_token EMAIL NAME`: an API token for a program, printed once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token


class Command(BaseCommand):
    help = "Make an API token for a user and print its secret, which is kept nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="What the token is for.")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {email}. Create the owner in the browser first.")
        _, secret = create_token(user=user, name=name[:100])
        self.stdout.write(secret)
