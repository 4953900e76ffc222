"""Orders: whatever a page lets somebody do, its form alone can have it done."""

import time

import pytest
from parties import make_party

from waternet.api.asked import Asked, Body
from waternet.api.viewer import Viewer
from waternet.errors import NotAllowed
from waternet.node.people import ROLES
from waternet.node.sessions import Session
from waternet.portal.app import pages
from waternet.portal.page import FORM, UPLOAD

ORDERS = {one.name: one for one in pages() if one.method != "GET"}
UPLOADED = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nT\r\n--x--\r\n'


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("node")).node


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (FORM, b""),
        (FORM, b"token="),
        (FORM, b"token=T"),
        (f"{UPLOAD}; boundary=x", UPLOADED),
    ],
)
def test_no_order_is_carried_out_without_the_token_of_its_session(
    node, name, media_type, content
):
    order, now = ORDERS[name], int(time.time())
    about = ("1", "hana", "key", "", "", (), "127.0.0.1", "", now, now, now + 9)
    asked = Asked(
        operation=order,
        values={},
        query="",
        path={},
        headers={},
        url="http://localhost",
        viewer=Viewer(
            "hana", node.party, frozenset(ROLES), None, Session(*about, "token")
        ),
        node=node,
        body=Body(content, media_type),
    )
    with pytest.raises(NotAllowed, match="made for another session"):
        order.answer(asked)
    # That a page from elsewhere cannot send it is looked at before, by this mark.
    assert order.is_form
