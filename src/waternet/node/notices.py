"""Notices by mail: each address is told of each act once.

A message is composed and kept, then sent, then struck off. Stopped between the last
two, it is sent again under the same Message-ID, by which mail programs know it.
An address that is new is told of what comes from then on.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from sqlite3 import Connection
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAllowed, NotReached
from waternet.failpoint import failpoint
from waternet.node.folder import Node
from waternet.node.group_view import plain_acts
from waternet.node.groups import group_names, group_state
from waternet.node.notices_file import MailServer, Recipient, read_notices_file
from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["Notice", "Sent", "send_notices"]

_PATIENCE = 30  # s for each answer of the mail server


@dataclass(frozen=True, slots=True)
class Notice:
    """What one address is told of one group at a time.

    Attributes
    ----------
    language : str
    group, name : str
        Id of the group, and what it calls itself.
    acts : sequence of mapping
        As `plain_acts` has them, the first one first.
    """

    language: str
    group: str
    name: str
    acts: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was done: so many messages were sent, so many addresses are new."""

    messages: int
    new: int


def send_notices(
    node: Node,
    bank: Bank,
    passphrase: str,
    compose: Callable[[Notice], tuple[str, str]],
) -> Sent:
    """Tell everybody whom ``notices.toml`` names of the acts that are new to them.

    Parameters
    ----------
    node : Node
    bank : Bank
    passphrase : str
        Of the mail server's user; '' where it asks for none.
    compose : function of Notice returning (subject, text)

    Raises
    ------
    NotFound, NotAcceptable
        There is no such file, or it is not as it must be.
    NotReached
        The mail server does not take the messages; they are kept, and sent next time.
    """
    server, recipients = read_notices_file(node.folder / "notices.toml")
    file = PrivateSqlite(node.folder / "notified.sqlite", "notified.sql")
    try:
        _forget_unlisted(file, recipients)
        new = 0
        for group, name in group_names(node, bank).items():
            acts = plain_acts(group_state(node, bank, group))
            acts.sort(key=lambda one: (one["entered"], one["act"]))
            for recipient in recipients:
                if _wants(recipient, group, name):
                    notice = Notice(recipient.language, group, name, acts)
                    new += _keep_message(file, recipient, server, notice, compose)
        failpoint("notices.kept")
        return Sent(_send_kept(file, server, passphrase), new)
    finally:
        file.close()


def _wants(recipient: Recipient, group: str, name: str) -> bool:
    return not recipient.groups or bool({group, name} & set(recipient.groups))


def _keep_message(
    file: PrivateSqlite,
    recipient: Recipient,
    server: MailServer,
    notice: Notice,
    compose: Callable[[Notice], tuple[str, str]],
) -> int:
    """Compose what a recipient was not told of yet; return 1 where that one is new."""
    key = (recipient.address, notice.group)
    with file.transaction() as db:
        told = {
            row["act"]
            for row in db.execute(
                "SELECT act FROM told WHERE address = ? AND name = ?", key
            )
        }
        fresh = [one for one in notice.acts if one["act"] not in told]
        _note(db, key, ["", *(one["act"] for one in fresh)])
        if "" not in told:
            return 1
        kinds = recipient.kinds
        wanted = [
            one for one in fresh if not kinds or one["verb"].split(".")[0] in kinds
        ]
        if wanted:
            subject, text = compose(
                Notice(notice.language, notice.group, notice.name, wanted)
            )
            message = _message(recipient, server, wanted, subject, text)
            db.execute(
                "INSERT INTO outgoing VALUES (?, ?, ?)",
                (message["Message-ID"], recipient.address, message.as_bytes()),
            )
    return 0


def _note(db: Connection, key: tuple[str, str], acts: Sequence[str]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO told VALUES (?, ?, ?)", [(*key, one) for one in acts]
    )


def _message(
    recipient: Recipient,
    server: MailServer,
    acts: Sequence[dict[str, Any]],
    subject: str,
    text: str,
) -> EmailMessage:
    named = "\n".join([recipient.address, *(one["act"] for one in acts)])
    message = EmailMessage()
    message["Message-ID"] = f"<{sha256(named.encode()).hexdigest()[:32]}@waternet>"
    message["From"] = server.sender
    message["To"] = recipient.address
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message["Content-Language"] = recipient.language  # of the content: after it
    return message


def _send_kept(file: PrivateSqlite, server: MailServer, passphrase: str) -> int:
    with file.transaction() as db:
        kept = db.execute(
            "SELECT id, address, content FROM outgoing ORDER BY id"
        ).fetchall()
    if not kept:
        return 0
    refused = []
    with _connected(server, passphrase) as mail:
        for row in kept:
            try:
                mail.sendmail(server.sender, [row["address"]], row["content"])
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
                refused.append(row["address"])  # it keeps nobody else waiting
                continue
            failpoint("notices.sent")
            with file.transaction() as db:
                db.execute("DELETE FROM outgoing WHERE id = ?", (row["id"],))
    if refused:
        raise NotReached(
            f"{len(kept) - len(refused)} messages sent; the mail server "
            f"{server.host} refuses those to {', '.join(sorted(set(refused)))}",
            hint="mend the address in notices.toml, or take it out; they are kept",
        )
    return len(kept)


def _forget_unlisted(file: PrivateSqlite, recipients: Sequence[Recipient]) -> None:
    """Send nothing more to whom the file does not name any longer."""
    listed = {one.address for one in recipients}
    with file.transaction() as db:
        rows = db.execute("SELECT DISTINCT address FROM outgoing").fetchall()
        for (address,) in rows:
            if address not in listed:
                db.execute("DELETE FROM outgoing WHERE address = ?", (address,))


@contextmanager
def _connected(server: MailServer, passphrase: str) -> Iterator[smtplib.SMTP]:
    """Open a connection to the mail server.

    Raises
    ------
    NotReached
        It does not answer, or does not take a message.
    NotAllowed
        It does not know the user.
    """
    trusted = ssl.create_default_context()
    try:
        if server.security == "tls":
            mail: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_PATIENCE, context=trusted
            )
        else:
            mail = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
        with mail:
            if server.security == "starttls":
                mail.starttls(context=trusted)
            if server.user:
                mail.login(server.user, passphrase)
            yield mail
    except smtplib.SMTPAuthenticationError as error:
        raise NotAllowed(
            f"the mail server does not let {server.user!r} in",
            hint="set WATERNET_MAIL_PASSPHRASE",
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotReached(
            f"the mail server {server.host} takes no messages: {error}",
            hint="they are kept: 'waternet group notify' sends them next time",
        ) from error
