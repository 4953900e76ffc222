"""Passkeys: made on this site by a verified user, and good as long as their key."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from passkey_device import PRESENT, Device, from_base64, to_base64

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.node import attempts as module
from waternet.node.access import Access
from waternet.node.passkeys import site_of
from waternet.node.people import Person
from waternet.node.sessions import Beginning

SITE = site_of("https://water.example")
OTHER = site_of("https://other.example")
READER = frozenset({"reader"})


@pytest.fixture
def access(tmp_path):
    held = Access(tmp_path / "access.sqlite")
    for name in ("hana", "omar"):
        held.people.add(Person(name, "upper", READER))
    yield held
    held.close()


@pytest.fixture
def key(access):
    return access.people.give_key("hana", 1).prefix


@pytest.fixture
def device():
    return Device(SITE.origin)


def register(access, key, device, name="phone", person="hana", site=SITE):
    made = device.make(access.passkeys.offer(person, key, site))
    return access.passkeys.add(made, name, person, site)


def sign_in(access, device, site=SITE):
    return access.passkeys.identify(device.sign(access.passkeys.ask(site)), site)


def test_whoever_registered_a_passkey_signs_in_by_it_alone(access, key, device):
    made = register(access, key, device)
    found = sign_in(access, device)
    assert (found.person, found.key, found.id) == ("hana", key, made.id)
    assert sign_in(access, device).id == made.id


def test_the_user_must_be_verified(access, key, device):
    offered = access.passkeys.offer("hana", key, SITE)
    chosen = offered["authenticatorSelection"]
    assert chosen["userVerification"] == chosen["residentKey"] == "required"
    assert access.passkeys.ask(SITE)["userVerification"] == "required"
    with pytest.raises(NotAllowed):
        register(access, key, Device(SITE.origin, flags=PRESENT))
    register(access, key, device)
    device.flags = PRESENT
    with pytest.raises(NotAllowed):
        sign_in(access, device)


def test_a_person_has_several_which_one_handle_stands_for(access, key):
    devices = [Device(SITE.origin) for _ in range(3)]
    for number, device in enumerate(devices):
        register(access, key, device, f"device {number}")
    assert [one.name for one in access.passkeys.of("hana")] == [
        "device 0",
        "device 1",
        "device 2",
    ]
    assert len({one.handle for one in devices}) == 1
    assert b"hana" not in from_base64(devices[0].handle)
    assert hashlib.sha256(b"hana").digest() != from_base64(devices[0].handle)
    for device in devices:
        assert sign_in(access, device).person == "hana"


def test_a_device_is_not_registered_twice(access, key, device):
    register(access, key, device)
    excluded = access.passkeys.offer("hana", key, SITE)["excludeCredentials"]
    assert [one["id"] for one in excluded] == [to_base64(device.id)]
    with pytest.raises(Conflict):
        register(access, key, device)
    other = access.people.give_key("omar", 1).prefix
    with pytest.raises(Conflict):
        register(access, other, device, person="omar")


def test_another_site_can_use_none_of_it(access, key, device):
    register(access, key, device)
    assert OTHER != SITE
    # A page elsewhere hands on a challenge of this site, and what the device says.
    device.origin = OTHER.origin
    with pytest.raises(NotAllowed):
        sign_in(access, device)
    with pytest.raises(NotAllowed):
        sign_in(access, device, OTHER)


def test_an_answer_counts_once_and_soon(access, key, device, monkeypatch):
    register(access, key, device)
    answer = device.sign(access.passkeys.ask(SITE))
    access.passkeys.identify(answer, SITE)
    with pytest.raises(NotAllowed, match="done already"):
        access.passkeys.identify(answer, SITE)
    late = device.sign(access.passkeys.ask(SITE))
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 601)
    with pytest.raises(NotAllowed, match="too long"):
        access.passkeys.identify(late, SITE)


def test_a_challenge_of_ones_own_counts_for_nothing(access, key, device):
    register(access, key, device)
    options = access.passkeys.ask(SITE) | {"challenge": to_base64(bytes(32))}
    with pytest.raises(NotAllowed):
        access.passkeys.identify(device.sign(options), SITE)


def test_a_challenge_to_sign_in_registers_nothing(access, key, device):
    offered = access.passkeys.offer("hana", key, SITE)
    offered["challenge"] = access.passkeys.ask(SITE)["challenge"]
    with pytest.raises(NotAllowed):
        access.passkeys.add(device.make(offered), "phone", "hana", SITE)


def test_nobody_registers_in_anothers_name(access, key, device):
    made = device.make(access.passkeys.offer("hana", key, SITE))
    with pytest.raises(NotAllowed, match="somebody else"):
        access.passkeys.add(made, "phone", "omar", SITE)


def test_another_devices_signature_opens_nothing(access, key, device):
    register(access, key, device)
    forged = device.sign(
        access.passkeys.ask(SITE), ec.generate_private_key(ec.SECP256R1())
    )
    with pytest.raises(NotAllowed):
        access.passkeys.identify(forged, SITE)


def test_a_copied_device_is_noticed_by_its_counter(access, key, device):
    register(access, key, device)
    sign_in(access, device)
    sign_in(access, device)
    device.counter = 0
    with pytest.raises(NotAllowed):
        sign_in(access, device)


@pytest.mark.parametrize("field", ["authenticatorData", "signature", "userHandle"])
def test_an_altered_answer_opens_nothing(access, key, device, field):
    register(access, key, device)
    answer = json.loads(device.sign(access.passkeys.ask(SITE)))
    content = bytearray(from_base64(answer["response"][field]))
    content[-1] ^= 1
    answer["response"][field] = to_base64(bytes(content))
    with pytest.raises(NotAllowed):
        access.passkeys.identify(json.dumps(answer), SITE)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '{"response": []}',
        '{"response": {"clientDataJSON": 7}}',
        '{"response": {"clientDataJSON": "bnVsbA"}}',
        '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOjd9"}}',
        "[" * 5_000,
    ],
)
def test_what_is_no_answer_is_refused(access, written):
    with pytest.raises(NotAllowed):
        access.passkeys.identify(written, SITE)
    with pytest.raises(NotAllowed):
        access.passkeys.add(written, "phone", "hana", SITE)


def test_an_endless_answer_is_not_read(access):
    with pytest.raises(NotAcceptable):
        access.passkeys.identify("x" * 20_001, SITE)


def test_a_passkey_without_a_credential_is_refused(access, key, device):
    register(access, key, device)
    for gone in ("id", "rawId", "type", "response"):
        answer = json.loads(device.sign(access.passkeys.ask(SITE)))
        del answer[gone]
        with pytest.raises(NotAllowed):
            access.passkeys.identify(json.dumps(answer), SITE)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\0b", "\u202ephone"])
def test_a_passkey_has_a_name_that_can_be_read(access, key, device, name):
    with pytest.raises(NotAcceptable):
        register(access, key, device, name)


def test_a_removed_passkey_opens_nothing_and_ends_its_sessions(access, key, device):
    made = register(access, key, device)
    by = Beginning("hana", "passkey", key, made.id)
    secret = access.sessions.begin(by)
    assert access.signed_in(secret)
    with pytest.raises(NotFound):
        access.passkeys.remove("omar", made.id)
    access.passkeys.remove("hana", made.id)
    assert access.signed_in(secret) is None
    with pytest.raises(NotAllowed):
        sign_in(access, device)


def test_a_revoked_key_takes_its_passkeys_along_and_no_others(access, key):
    mine, another = Device(SITE.origin), Device(SITE.origin)
    register(access, key, mine)
    register(access, access.people.give_key("hana", 1).prefix, another, "tablet")
    access.people.revoke(key)
    with pytest.raises(NotAllowed):
        sign_in(access, mine)
    assert sign_in(access, another).name == "tablet"
    assert [one.name for one in access.passkeys.of("hana")] == ["tablet"]


def test_a_device_whose_key_has_ended_is_registered_anew(access, key, device):
    register(access, key, device)
    access.people.revoke("hana")
    register(access, access.people.give_key("hana", 1).prefix, device, "phone again")
    assert sign_in(access, device).name == "phone again"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://water.example", "water.example"),
        ("https://Water.example:8443/node", "water.example"),
        ("http://localhost:8080", "localhost"),
        ("http://upper.localhost:8080", "upper.localhost"),
        ("http://water.example", None),
        ("https://192.0.2.1", None),
        ("http://127.0.0.1:8080", None),
        ("https://[2001:db8::1]", None),
        ("", None),
    ],
)
def test_passkeys_are_for_names_reached_safely(url, host):
    # W3C Web Authentication, 5.1.3: the origin's effective domain is a domain, and
    # Secure Contexts: https, or this machine.
    site = site_of(url)
    assert (site.host if site else None) == host
