"""Notices by mail: each address of each act once, whatever stops on the way."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from delegations import make_delegations
from mailboxes import open_mailbox

from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.node.notices import send_notices
from waternet.portal.group.mail import compose_notice

FILE = """
[server]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "waternet@mail.example"

[[to]]
address = "secretariat@mail.example"
language = "{language}"
kinds = [{kinds}]
"""


@pytest.fixture
def mailbox():
    with open_mailbox() as made:
        yield made


@pytest.fixture
def made(tmp_path):
    made = make_delegations(tmp_path, "jordan")
    made.found()
    return made


def asks_for(made, mailbox, language="en", kinds="") -> None:
    """Let Jordan's node tell a secretariat."""
    text = FILE.format(port=mailbox.port, language=language, kinds=kinds)
    (made.nodes["jordan"].folder / "notices.toml").write_text(text)


def consent(made, days):
    state = made.state("jordan")
    last = datetime.now(UTC) + timedelta(days=days)
    body = {"to": state.charter.sha256, "expires": f"{last:%Y-%m-%d}"}
    return made.act("jordan", "charter.consent", "charter", body, [state.group]).act


def send(made):
    node = made.nodes["jordan"]
    with reading_bank(node.bank) as bank:
        return send_notices(node, bank, "", compose_notice)


def test_an_address_is_told_of_each_act_once_from_when_it_is_known(made, mailbox):
    asks_for(made, mailbox)
    first = send(made)
    assert (first.messages, first.new, mailbox.letters) == (0, 1, [])
    acts = [consent(made, 5), consent(made, 6)]
    assert send(made).messages == 1
    assert send(made).messages == 0
    (message,) = mailbox.letters
    assert message["To"] == "secretariat@mail.example"
    assert message["Subject"] == "New acts in the group basin: 2"
    text = message.get_content()
    assert [act.id[:16] in text for act in acts] == [True, True]
    assert "jordan: Consents to a charter (Charter: charter)" in text


@pytest.mark.parametrize("language", ["ar", "he"])
def test_a_message_is_in_its_readers_language(made, mailbox, language):
    asks_for(made, mailbox, language)
    send(made)
    consent(made, 5)
    send(made)
    (message,) = mailbox.letters
    assert message["Content-Language"] == language
    assert "New acts" not in message["Subject"]
    assert "basin" in message["Subject"]
    assert "Consents" not in message.get_content()


def test_kinds_that_nobody_asked_for_are_not_told(made, mailbox):
    asks_for(made, mailbox, kinds='"text"')
    send(made)
    consent(made, 5)
    assert (send(made).messages, mailbox.letters) == (0, [])


def test_what_no_server_took_is_sent_next_time(made, mailbox):
    asks_for(made, mailbox)
    send(made)
    consent(made, 5)
    asks_for(made, mailbox)
    path = made.nodes["jordan"].folder / "notices.toml"
    path.write_text(path.read_text().replace(str(mailbox.port), "1"))
    with pytest.raises(NotReached, match="takes no messages"):
        send(made)
    asks_for(made, mailbox)
    assert send(made).messages == 1
    assert len(mailbox.letters) == 1


def test_an_address_that_is_refused_keeps_nobody_else_waiting(made, mailbox):
    asks_for(made, mailbox)
    path = made.nodes["jordan"].folder / "notices.toml"
    listed = path.read_text()
    path.write_text(listed + '\n[[to]]\naddress = "gone@mail.example"\n')
    send(made)
    consent(made, 5)
    mailbox.refused.add("gone@mail.example")
    with pytest.raises(NotReached, match=r"1 messages sent.*gone@mail\.example"):
        send(made)
    assert [one["To"] for one in mailbox.letters] == ["secretariat@mail.example"]
    path.write_text(listed)  # it is taken out: nothing waits for it any more
    assert send(made).messages == 0


@pytest.mark.parametrize("name", ["notices.kept", "notices.sent"])
def test_a_message_that_was_stopped_comes_again_as_the_same(made, mailbox, name):
    asks_for(made, mailbox)
    send(made)
    act = consent(made, 5)
    folder = made.nodes["jordan"].folder
    command = [sys.executable, "-m", "waternet.cli.main", "group", "notify"]
    told = {**os.environ, "WATERNET_NODE": str(folder), "WATERNET_FAILPOINT": name}
    stopped = subprocess.run(command, env=told, capture_output=True, check=False)
    assert stopped.returncode == -signal.SIGKILL
    assert send(made).messages == 1
    assert len({one["Message-ID"] for one in mailbox.letters}) == 1
    assert act.id[:16] in mailbox.letters[-1].get_content()
    assert send(made).messages == 0


def test_without_tls_a_server_elsewhere_is_refused(made, mailbox):
    asks_for(made, mailbox)
    path = made.nodes["jordan"].folder / "notices.toml"
    path.write_text(path.read_text().replace("127.0.0.1", "mail.example"))
    with pytest.raises(NotAcceptable, match="without TLS"):
        send(made)
    path.unlink()
    with pytest.raises(NotFound, match="nobody is told"):
        send(made)
