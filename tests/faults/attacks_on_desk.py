"""What somebody may try at the Desk, where many people work with one party's keys."""

from types import SimpleNamespace

from faults.threat import TAKEN
from parties import LEVELS, RECIPE, make_party, quiet

from waternet.api.problem import Problem
from waternet.errors import Conflict, NotAllowed
from waternet.node.editing import add_edit
from waternet.node.importing import import_file
from waternet.node.keys import WrongPassphrase
from waternet.node.pending import get_pending
from waternet.node.publish import Chosen, publish_pending, read_keys
from waternet.node.reviewing import review_pending, reviewed_digest
from waternet.portal.desk.passphrase import Unlocking, key_state
from waternet.portal.form import Form

_NAME = "0001-levels"
_EDIT = {
    "operation": "correct",
    "datastream": "W2/groundwater-level",
    "start": "2014-12-31T22:00:00Z",
    "value": "12.25",
    "author": "Dan",
    "reason": "slipped in",
}


def _imported(folder, **terms):
    """Return a party with an import that Rana brought."""
    party = make_party(folder, **terms)
    file, recipe = party.desk / "levels.csv", party.desk / "recipe.toml"
    file.write_text(LEVELS, encoding="utf-8")
    recipe.write_text(RECIPE, encoding="utf-8")
    import_file(party.node, file, recipe, hands=["Rana"])
    return party.node


def _sign(node, digest, signer):
    chosen = Chosen(_NAME, digest, signer)
    publish_pending(node, read_keys(node, ""), "", quiet, chosen)


def _digest(node):
    pending = get_pending(node, _NAME)
    return reviewed_digest(pending, pending.edits)


def changed_while_signed(folder):
    """Change an import after its signer looked at it, before they sign."""
    node = _imported(folder)
    seen = _digest(node)
    add_edit(node, _NAME, **_EDIT)
    try:
        _sign(node, seen, "Rana")
    except Conflict:
        return "conflict"
    return TAKEN


def own_review(folder):
    """Approve, as a second person, what one brought oneself."""
    node = _imported(folder, review=True)
    try:
        review_pending(node, _NAME, "rana")
        _sign(node, _digest(node), "Yusuf")
    except NotAllowed:
        return "refused"
    return TAKEN


def reviewer_signs(folder):
    """Approve an import, and sign it as well."""
    node = _imported(folder, review=True)
    review_pending(node, _NAME, "Lena")
    try:
        _sign(node, _digest(node), "Lena")
    except NotAllowed:
        return "refused"
    return TAKEN


def _visit(folder, url, typed=""):
    """Return a form sent to a node whose keys no passphrase can open."""
    node = make_party(folder).node
    for role in ("steward", "log"):
        node.key(role).write_bytes(b"age-encryption.org/v1\n-> none\n")
    asked = SimpleNamespace(
        url=url,
        headers={},
        events=[],
        caller="10.0.0.9",
        operation=SimpleNamespace(name="desk-publish"),
    )
    viewer = SimpleNamespace(name="rana", party="jordan")
    form = Form({"passphrase": (typed,)})
    return SimpleNamespace(node=node, asked=asked, viewer=viewer, form=form)


def passphrase_on_the_line(folder):
    """Have a passphrase typed into a page that came by plain http."""
    state = key_state(_visit(folder, "http://water.example"))
    return TAKEN if state == "locked" else "not asked for"


def guessed_passphrase(folder):
    """Try one passphrase after the other, with a steward's session."""
    unlocking = Unlocking(clock=lambda: 0.0)  # however long an opening takes here
    visit = _visit(folder, "https://water.example", "guess")
    for _ in range(5):
        try:
            unlocking.keys(visit)
        except WrongPassphrase:
            continue
        except Problem as problem:
            return "429" if problem.kind == "TooOften" else problem.kind
    return TAKEN
