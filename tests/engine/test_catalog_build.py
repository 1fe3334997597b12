"""Writing the data files anew."""

import json

import pytest

from policies_app.engine.catalog import build, managed_policies
from policies_app.engine.catalog.extract_managed_policies import read_moto, without_duplicates
from policies_app.engine.catalog.extract_services import key_name, level_letter


def test_the_same_packages_give_the_same_bytes(tmp_path):
    for path in (tmp_path / "one.gz", tmp_path / "two.gz"):
        source, policies = read_moto()
        build.write(path, [source], [managed_policies.format_record(each) for each in policies])
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_a_policy_survives_being_written_and_read():
    for policy in managed_policies.load():
        assert managed_policies.parse_record(managed_policies.format_record(policy)) == policy


def test_a_key_that_is_there_twice_stops_the_build():
    with pytest.raises(ValueError, match="twice"):
        json.loads('{"A": 1, "A": 2}', object_pairs_hook=without_duplicates)


def test_the_report_counts_and_names_what_changed(capsys):
    build.report("policies", {"gone": 1, "same": 1, "other": 1}, {"same": 1, "other": 2, "fresh": 1})
    assert capsys.readouterr().out.splitlines() == [
        "policies: 3, 1 added, 1 removed, 1 changed",
        "  added fresh",
        "  removed gone",
        "  changed other",
    ]


def test_the_report_names_no_more_than_a_screenful(capsys):
    build.report("actions", {}, {f"s3:Action{n:03}": n for n in range(100)})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == build.NAMES_SHOWN + 2
    assert lines[-1] == "  added 80 more"


@pytest.mark.parametrize(
    ("levels", "letter"), [("Tagging, Write", "T"), ("Permissions management, Write", "P"), ("Read", "R")]
)
def test_of_two_levels_the_narrower_is_kept(levels, letter):
    assert level_letter(levels) == letter


def test_placeholders_are_written_one_way():
    assert key_name("aws:RequestTag/tag-key") == key_name("aws:RequestTag/${TagKey}") == "aws:RequestTag/${TagKey}"
    assert key_name("s3:ExistingObjectTag/<key>") == "s3:ExistingObjectTag/${key}"
