"""A mail server on loopback, which keeps what it is given."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["Mailbox", "open_mailbox"]


@dataclass
class Mailbox:
    """What came, in the order of its coming, and how the server answers.

    Letters to an address in `refused` are not taken.
    """

    answer: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    port: int = 0
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - the server calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("2"):
            letter = email.message_from_bytes(
                envelope.content, policy=email.policy.default
            )
            self.letters.append(letter)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer


@contextmanager
def open_mailbox(answer: str = "250 OK") -> Iterator[Mailbox]:
    """Serve SMTP on 127.0.0.1 at a free port; `answer` is given to each letter."""
    mailbox = Mailbox(answer)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def close() -> None:
        server.close()
        await server.wait_closed()

    try:
        yield mailbox
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
