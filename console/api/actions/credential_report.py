from console.api.registry import Action, Output
from policies_app.models import CredentialReport
from policies_app.operations import credential_report


def generation(started: credential_report.Generation) -> Output:
    return {"State": started.state, "Description": started.description or None}


def report(row: CredentialReport) -> Output:
    return {"Content": row.content.encode(), "ReportFormat": "text/csv", "GeneratedTime": row.generated}


ACTIONS = {
    "GenerateCredentialReport": Action(credential_report.generate_credential_report, generation),
    "GetCredentialReport": Action(credential_report.get_credential_report, report),
}
