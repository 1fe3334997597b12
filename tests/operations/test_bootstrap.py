from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands

from policies_app.models import Account, User
from tests.factories import Cast


@pytest.mark.django_db
def test_without_the_aws_managed_policies_it_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="load_managed_policies"):
        call_command("bootstrap")
    assert not Account.objects.exists()


def test_the_second_time_it_says_that_the_account_stands_and_changes_nothing(cast: Cast) -> None:
    said = StringIO()
    call_command("bootstrap", stdout=said)
    assert said.getvalue() == "Account 123456789012 stands already. Nothing was changed.\n"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_account_id_that_is_none_is_said_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRANTBOOK_ACCOUNT_ID", "12345")
    with pytest.raises(CommandError, match="GRANTBOOK_ACCOUNT_ID must be twelve digits, not '12345'"):
        call_command("bootstrap")


@pytest.mark.parametrize("command", ["createsuperuser", "changepassword"])
def test_what_django_would_do_past_the_policies_is_no_command(command: str) -> None:
    assert command not in get_commands()
