"""The command `group notify`: who asked for it is told of new acts by mail."""

from __future__ import annotations

import os

from waternet.cli.answer import ready_bank
from waternet.cli.options import JsonFlag, NodeOption, chosen_form, opened_node
from waternet.cli.show import Form, say, show_facts

__all__ = ["notify"]


def notify(node: NodeOption = None, json: JsonFlag = False) -> None:
    """Tell those whom notices.toml names of acts that are new to them, by mail."""
    from waternet.node.notices import send_notices
    from waternet.node.report import counted
    from waternet.portal.group.mail import compose_notice

    opened = opened_node(node)
    passphrase = os.environ.get("WATERNET_MAIL_PASSPHRASE", "")
    with ready_bank(opened) as bank:
        sent = send_notices(opened, bank, passphrase, compose_notice)
    form = chosen_form(json=json)
    if form is Form.JSON:
        show_facts({"messages": sent.messages, "new": sent.new}, form)
        return
    say(f"{counted(sent.messages, 'message')} sent")
    if sent.new:
        say("whoever is new is told of what comes from now on")
