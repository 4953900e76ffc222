"""Hosts that reach each other and nobody else: network namespaces, or loopback.

Each host is a network namespace of its own, joined by a bridge in a further one, so
that a host can be cut off as a cable would be. Where namespaces cannot be made (no
root, no iproute2) each host is a loopback address, and cutting it off stops what it
serves.
"""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PORT = 8480


@dataclass
class Host:
    """One machine on the network.

    Attributes
    ----------
    name, address : str
    enter : tuple of str
        What a command begins with in order to run on this host.
    space : str
        Its network namespace; '' on loopback.
    cable : tuple of str
        Namespace and interface whose link is its cable; empty on loopback.
    """

    name: str
    address: str
    enter: tuple[str, ...] = ()
    space: str = ""
    cable: tuple[str, ...] = ()
    serving: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where this host serves."""
        return f"http://{self.address}:{PORT}"

    def start(self, words: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
        """Start a program on this host; it is stopped with the network."""
        with (folder / f"{self.name}.serving").open("ab") as said:
            # A session of its own: nothing that it starts may outlive the test.
            process = subprocess.Popen(
                [*self.enter, *words],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment(),
                start_new_session=True,
            )
        self.serving.append(process)
        return process

    def stop(self) -> None:
        """Stop all that it serves, as an operator would."""
        while self.serving:
            process = self.serving.pop()
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)

    def cut_off(self) -> None:
        """Pull its cable."""
        if self.cable:
            _ip(f"-n {self.cable[0]} link set {self.cable[1]} down")
        else:
            self.stop()

    def plug_in(self) -> None:
        """Put its cable back; on loopback, what it served is to be started again."""
        if self.cable:
            _ip(f"-n {self.cable[0]} link set {self.cable[1]} up")
            _wait_for_link(self.cable)


@contextmanager
def network(names: Sequence[str]) -> Iterator[dict[str, Host]]:
    """Make a host for each name; the first can be reached by all, and so on."""
    made = _namespaces(names) if can_make_namespaces() else _loopback(names)
    hosts = {host.name: host for host in made}
    try:
        yield hosts
    finally:
        for host in hosts.values():
            host.stop()
        for space in {host.cable[0] for host in made if host.cable}:
            _ip(f"netns del {space}")
        for host in made:
            if host.space:
                _ip(f"netns del {host.space}")


def can_make_namespaces() -> bool:
    """Return whether this process may make network namespaces."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    space = f"wn-try-{secrets.token_hex(3)}"
    tried = subprocess.run(
        ["ip", "netns", "add", space], capture_output=True, check=False
    )
    if tried.returncode:
        return False
    _ip(f"netns del {space}")
    return True


def _namespaces(names: Sequence[str]) -> list[Host]:
    run = secrets.token_hex(3)
    hub = f"wn-{run}-hub"
    _ip(f"netns add {hub}")
    _ip(f"-n {hub} link add bridge type bridge")
    _ip(f"-n {hub} link set bridge up")
    hosts = []
    for number, name in enumerate(names, 1):
        space, here = f"wn-{run}-{number}", f"port{number}"
        address = f"10.77.0.{number}"
        _ip(f"netns add {space}")
        _ip(f"-n {hub} link add {here} type veth peer name cable netns {space}")
        _ip(f"-n {hub} link set {here} master bridge up")
        _ip(f"-n {space} address add {address}/24 dev cable")
        _ip(f"-n {space} link set lo up")
        _ip(f"-n {space} link set cable up")
        enter = ("ip", "netns", "exec", space)
        hosts.append(Host(name, address, enter, space, (hub, here)))
    for host in hosts:
        _wait_for_link(host.cable)
    return hosts


def _loopback(names: Sequence[str]) -> list[Host]:
    return [Host(name, f"127.0.77.{number}") for number, name in enumerate(names, 1)]


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True, capture_output=True)


def _wait_for_link(cable: tuple[str, ...]) -> None:
    space, interface = cable
    for _attempt in range(200):
        shown = subprocess.run(
            ["ip", "-n", space, "-o", "link", "show", interface],
            capture_output=True,
            text=True,
            check=True,
        )
        if "state UP" in shown.stdout:
            return
        time.sleep(0.05)
    raise AssertionError(f"the link {interface} did not come up")


def environment() -> dict[str, str]:
    """Return what a command on a host finds in its environment."""
    return {
        name: value for name, value in os.environ.items() if name != "WATERNET_NODE"
    } | {"COLUMNS": "120", "PYTHONWARNINGS": "error"}
