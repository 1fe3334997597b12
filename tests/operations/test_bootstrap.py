import pytest
from django.core.management import CommandError, call_command

from policies_app.models import Account


@pytest.mark.django_db
def test_without_the_aws_managed_policies_it_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="load_managed_policies"):
        call_command("bootstrap")
    assert not Account.objects.exists()
