from console.api.registry import Action, InPages, Output, page_of
from policies_app.models import PasswordPolicy
from policies_app.operations import accounts, password_policy, summary
from policies_app.operations.summary import AccountSummary


def of(policy: PasswordPolicy) -> Output:
    """What was never set is left out; whether passwords expire follows from their age."""
    return {
        "PasswordPolicy": {
            "MinimumPasswordLength": policy.minimum_length,
            "RequireSymbols": policy.require_symbols,
            "RequireNumbers": policy.require_numbers,
            "RequireUppercaseCharacters": policy.require_uppercase,
            "RequireLowercaseCharacters": policy.require_lowercase,
            "AllowUsersToChangePassword": policy.allow_users_to_change,
            "ExpirePasswords": policy.max_age is not None,
            "MaxPasswordAge": policy.max_age,
            "PasswordReusePrevention": policy.reuse_prevention,
            "HardExpiry": policy.hard_expiry,
        }
    }


def figures(found: AccountSummary) -> Output:
    return {"SummaryMap": found.figures()}


ACTIONS = {
    "CreateAccountAlias": Action(accounts.create_account_alias),
    "DeleteAccountAlias": Action(accounts.delete_account_alias),
    "ListAccountAliases": Action(
        InPages("ListAccountAliases", accounts.list_account_aliases, str), page_of("AccountAliases", str)
    ),
    "UpdateAccountPasswordPolicy": Action(password_policy.update_account_password_policy),
    "GetAccountPasswordPolicy": Action(password_policy.get_account_password_policy, of),
    "DeleteAccountPasswordPolicy": Action(password_policy.delete_account_password_policy),
    "GetAccountSummary": Action(summary.get_account_summary, figures),
}
