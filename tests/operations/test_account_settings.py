"""An account's alias and what is counted of it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Account
from policies_app.operations import accounts, summary
from policies_app.operations.errors import EntityAlreadyExists, InvalidRequest, NoSuchEntity, ValidationError
from tests.factories import Cast


def alias(cast: Cast, name: str) -> list[str]:
    accounts.create_account_alias(cast.system, account_alias=name)
    return accounts.list_account_aliases(cast.system)


def test_a_new_alias_takes_the_place_of_the_old_one(cast: Cast) -> None:
    assert accounts.list_account_aliases(cast.system) == []
    assert alias(cast, "blue-horse") == ["blue-horse"]
    assert alias(cast, "red-horse") == ["red-horse"]


def test_an_alias_is_taken_by_one_account_and_once(cast: Cast) -> None:
    Account.objects.create(pk="210987654321", alias="red-horse")
    alias(cast, "blue-horse")
    for name in ("blue-horse", "red-horse"):
        with pytest.raises(EntityAlreadyExists, match=f"The account alias {name} already exists"):
            alias(cast, name)
    assert accounts.list_account_aliases(cast.system) == ["blue-horse"]


@pytest.mark.parametrize("name", ["ab", "Upper", "-horse", "horse-", "blue--horse", "a" * 64])
def test_an_alias_is_what_aws_takes_for_one(cast: Cast, name: str) -> None:
    with pytest.raises(ValidationError, match="accountAlias"):
        alias(cast, name)


def test_an_alias_is_never_taken_for_an_account_id(cast: Cast) -> None:
    with pytest.raises(InvalidRequest):
        alias(cast, "210987654321")


def test_only_the_alias_that_is_there_is_deleted(cast: Cast) -> None:
    alias(cast, "blue-horse")
    with pytest.raises(NoSuchEntity, match="red-horse"):
        accounts.delete_account_alias(cast.system, account_alias="red-horse")
    accounts.delete_account_alias(cast.system, account_alias="blue-horse")
    assert accounts.list_account_aliases(cast.system) == []


def test_the_figures_are_what_there_is(company: Cast) -> None:
    figures = summary.get_account_summary(company.system).figures()
    counted = ("Users", "Groups", "Roles", "Policies", "InstanceProfiles", "PolicyVersionsInUse", "MFADevices")
    assert [figures[name] for name in counted] == [2, 2, 3, 2, 2, 1, 0]
    assert (figures["VersionsPerPolicyQuota"], figures["GroupPolicySizeQuota"]) == (5, 5120)


def test_figures_are_counted_by_few_queries(company: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):
        summary.get_account_summary(company.system).figures()
