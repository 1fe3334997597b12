from policies_app.engine.catalog.word_search import actions_named, services_named


def test_an_action_is_first_what_the_text_says_then_what_begins_with_it_then_what_holds_it() -> None:
    assert actions_named("s3:getobject", 2) == ["s3:GetObject", "s3:GetObjectAcl"]
    found = actions_named("createuser", 1000)
    assert found[0] == "iam:CreateUser"
    whole = [name for name in found if name.lower().endswith(":createuser")]
    begun = [name for name in found if ":createuser" in name.lower()]
    assert found[: len(whole)] == whole
    assert found[: len(begun)] == whole + [name for name in begun if name not in whole]
    assert len(found) > len(begun)


def test_spaces_count_for_nothing_and_nothing_finds_nothing() -> None:
    assert "s3:GetObject" in actions_named(" get  object", 10)
    assert actions_named(" ", 10) == actions_named("zzzz", 10) == []


def test_a_service_is_found_by_its_prefix_or_a_word_of_its_name() -> None:
    assert services_named("s3", 1)[0].prefix == "s3"
    assert "cognito-idp" in {service.prefix for service in services_named("user", 20)}
