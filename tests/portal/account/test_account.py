"""One's own account: sessions and keys are listed, and ended by their owner alone."""

import pytest


def facts(browser):
    return browser.get("/account?format=json").json()


def test_sessions_are_listed_with_their_browsers(hana, another, key):
    another.sign_in("hana", key)
    held = facts(hana)["sessions"]
    assert [one["is_this"] for one in held].count(True) == 1
    mine = next(one for one in held if one["is_this"])
    assert (mine["browser"], mine["caller"]) == ("Firefox, Linux", "127.0.0.1")
    page = hana.get("/account").text
    assert hana.session not in page
    assert another.session not in page


def test_one_session_or_all_others_are_ended(hana, another, key):
    another.sign_in("hana", key)
    theirs = next(one for one in facts(another)["sessions"] if one["is_this"])
    hana.send_form("/account/sessions/end", session=theirs["number"])
    assert another.get("/account").status_code == 401
    another.sign_in("hana", key)
    hana.send_form("/account/sessions/end")
    assert another.get("/account").status_code == 401
    assert hana.get("/account").status_code == 200


def test_nobody_ends_what_is_anothers(hana, another, access, key):
    another.sign_in("omar", access.people.give_key("omar", 1).text)
    mine = next(one for one in facts(hana)["sessions"] if one["is_this"])
    another.send_form("/account/sessions/end", session=mine["number"])
    assert hana.get("/account").status_code == 200
    answer = another.send_form("/account/keys/revoke", key=key[4:12])
    assert answer.status_code == 404
    assert hana.get("/account").status_code == 200
    assert {one["key"] for one in facts(another)["keys"]}.isdisjoint({key[4:12]})


def test_a_key_is_revoked_by_its_owner_and_ends_what_goes_back_to_it(hana, access, key):
    done = hana.send_form("/account/keys/revoke", key=key[4:12])
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert hana.get("/account").status_code == 401
    state = {one.prefix: one.revoked for one in access.people.keys_of("hana")}
    assert state[key[4:12]] is not None


def test_a_program_with_a_key_is_told_the_same(browser, key):
    told = browser.get("/account?format=json", headers={"x-api-key": key}).json()
    assert (told["person"], told["way"]) == ("hana", "")


@pytest.mark.parametrize("language", ["ar", "en", "he"])
def test_the_page_says_roles_in_words_of_its_language(hana, language):
    words = {"ar": "قيّم البيانات", "en": "steward", "he": "אחראי נתונים"}
    page = hana.get("/account", params={"lang": language}).text
    assert words[language] in page.partition("<main")[2]


def test_nobody_has_no_account(browser):
    answer = browser.get("/account")
    assert answer.status_code == 401
    assert "/sign-in" in answer.text
    for path in ("/account/sessions/end", "/account/keys/revoke"):
        assert browser.post(path, data={"key": "x"}).status_code == 401
