"""What the tests of one's own pages read and deny."""

import re

from tests.factories import ACCOUNT, document

CHIME = "arn:aws:iam::aws:policy/AmazonChime"
ON_OWN_USER = (
    "iam:GetUser",
    "iam:ListGroupsForUser",
    "iam:ListAttachedUserPolicies",
    "iam:ListUserPolicies",
    "iam:GetUserPolicy",
)


def arn_of(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


VIEW, GROUP = arn_of("policy", "ViewOwnPermissions"), arn_of("group", "ChimeUserManagers")


def refused(html):
    """(action, resource, outcome) of every refused panel of the page."""
    panels = re.findall(r'<div class="refused">(.*?)</dl>', html, re.DOTALL)
    found = []
    for panel in panels:
        action, resource = (re.sub(r"<[^>]+>", "", code) for code in re.findall(r"<dd><code>(.*?)</code>", panel)[:2])
        found.append((action, resource, "explicit" if "Explicit deny" in panel else "implicit"))
    return found


def get_me(client):
    response = client.get("/me/")
    assert response.status_code == 200
    return response.content.decode()


def get_opened(client):
    """The page, and after it what each of its rows opens."""
    page = get_me(client)
    opened = (client.get(address, headers={"HX-Request": "true"}) for address in re.findall(r'hx-get="([^"]+)"', page))
    return page + "".join(each.content.decode() for each in opened)


def get_access(client):
    response = client.get("/me/access/")
    assert response.status_code == 200
    return response.content.decode()


def deny(sample, user_name, action, name="Denying", **statement):
    policy = sample.policy(name, text=document(action, effect="Deny", Sid="TakesAway", **statement))
    sample.attach(user_name, policy)
    return policy
