"""The services that a trust policy may name, as `ec2.amazonaws.com`: to be offered, not to be all that there are.

AWS publishes no list of them. Those here are named by AWS managed policies, have a service-linked role, or are told of
in the documentation of their service.
"""

from functools import cache

from policies_app.engine.catalog.datafile import DIRECTORY


@cache
def service_principals() -> tuple[str, ...]:
    return tuple((DIRECTORY / "service_principals.txt").read_text().split())
