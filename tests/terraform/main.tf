# One of everything in IAM that somebody would keep in Terraform. tests/api/test_terraform.py applies it, changes it by
# the variable, and destroys it. Key and endpoint come from the environment.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "team" {
  type    = string
  default = "blue"
}

provider "aws" {
  region                  = "us-east-1"
  skip_metadata_api_check = true
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy" "read_only" {
  name = "ReadOnlyAccess"
}

data "aws_iam_policy_document" "buckets" {
  statement {
    sid       = "ReadBuckets"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::${var.team}", "arn:aws:s3:::${var.team}/*"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.current.arn]
    }
  }
}

data "aws_iam_policy_document" "trust_of_machines" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "buckets" {
  name        = "Buckets"
  path        = "/teams/"
  description = "Reading of the team's buckets"
  policy      = data.aws_iam_policy_document.buckets.json
  tags        = { team = var.team }
}

resource "aws_iam_user" "dana" {
  name                 = "dana"
  path                 = "/${var.team}/"
  permissions_boundary = aws_iam_policy.buckets.arn
  force_destroy        = true
  tags                 = { team = var.team }
}

resource "aws_iam_user" "erin" {
  name = "erin"
}

resource "aws_iam_access_key" "dana" {
  user   = aws_iam_user.dana.name
  status = var.team == "blue" ? "Active" : "Inactive"
}

resource "aws_iam_user_login_profile" "erin" {
  user                    = aws_iam_user.erin.name
  password_length         = 24
  password_reset_required = true
}

resource "aws_iam_user_policy" "inline" {
  name   = "Inline"
  user   = aws_iam_user.dana.name
  policy = data.aws_iam_policy_document.buckets.json
}

resource "aws_iam_user_policy_attachment" "read_only" {
  user       = aws_iam_user.dana.name
  policy_arn = data.aws_iam_policy.read_only.arn
}

resource "aws_iam_group" "devs" {
  name = "devs-${var.team}"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_membership" "devs" {
  name  = "devs"
  group = aws_iam_group.devs.name
  users = var.team == "blue" ? [aws_iam_user.dana.name] : [aws_iam_user.dana.name, aws_iam_user.erin.name]
}

resource "aws_iam_user_group_membership" "erin" {
  user   = aws_iam_user.erin.name
  groups = [aws_iam_group.ops.name]
}

resource "aws_iam_group_policy" "inline" {
  name   = "Inline"
  group  = aws_iam_group.devs.name
  policy = data.aws_iam_policy_document.buckets.json
}

resource "aws_iam_group_policy_attachment" "buckets" {
  group      = aws_iam_group.devs.name
  policy_arn = aws_iam_policy.buckets.arn
}

resource "aws_iam_role" "builder" {
  name                 = "builder"
  description          = "Builds for ${var.team}"
  assume_role_policy   = var.team == "blue" ? data.aws_iam_policy_document.trust.json : data.aws_iam_policy_document.trust_of_machines.json
  max_session_duration = var.team == "blue" ? 3600 : 7200
  permissions_boundary = aws_iam_policy.buckets.arn
  tags                 = { team = var.team }
}

resource "aws_iam_role_policy" "inline" {
  name   = "Inline"
  role   = aws_iam_role.builder.id
  policy = data.aws_iam_policy_document.buckets.json
}

resource "aws_iam_role_policy_attachment" "buckets" {
  role       = aws_iam_role.builder.name
  policy_arn = aws_iam_policy.buckets.arn
}

resource "aws_iam_instance_profile" "builder" {
  name = "builder"
  role = aws_iam_role.builder.name
  tags = { team = var.team }
}

resource "aws_iam_service_linked_role" "batch" {
  aws_service_name = "batch.amazonaws.com"
}

resource "aws_iam_account_alias" "alias" {
  account_alias = "company-${var.team}"
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = var.team == "blue" ? 10 : 12
  require_numbers                = true
  allow_users_to_change_password = true
}

data "aws_iam_user" "dana" {
  user_name = aws_iam_user.dana.name
}

data "aws_iam_roles" "builders" {
  name_regex = "builder"
  depends_on = [aws_iam_role.builder]
}

data "aws_iam_principal_policy_simulation" "dana" {
  action_names      = ["s3:GetObject"]
  policy_source_arn = aws_iam_user.dana.arn
  resource_arns     = ["arn:aws:s3:::${var.team}/notes"]
  depends_on        = [aws_iam_user_policy.inline]
}

output "dana" {
  value = data.aws_iam_user.dana.arn
}

output "builders" {
  value = data.aws_iam_roles.builders.names
}

output "dana_may_read" {
  value = data.aws_iam_principal_policy_simulation.dana.all_allowed
}
