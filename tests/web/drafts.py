"""What the wizard of a new user has gathered, as its pages make it for whoever is signed in."""

from typing import Any

from django.test import Client

from console.web.drafts import NewUser
from policies_app.models import User


def draft_of(client: Client, **gathered: Any) -> str:
    owner = User.objects.get(pk=client.session["_auth_user_id"])
    return NewUser(owner.unique_id, **gathered).sealed()
