"""A card that another party hands over reads as it is, and has an end."""

import json

import pytest
from exchange.simulator import make_member

from waternet.errors import NotAcceptable
from waternet.exchange.card import read_card


def written(**fields):
    """Return the file of a card with fields written over, whatever they are."""
    card = json.loads(make_member("upper").card.to_json())
    return json.dumps({**card, **fields}).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"names": {"en": "Upper\x1b[2J"}},
        {"names": {"en": "\u202eUpper"}},
        {"names": {"e\x9bn": "Upper"}},
        {"origin": "water.example/upper\x1b]0;"},
        {"addresses": ["https://water.example/\x1b[31m"]},
    ],
)
def test_a_card_holds_nothing_that_a_terminal_would_obey(fields):
    with pytest.raises(NotAcceptable, match="invisible character"):
        read_card(written(**fields), "card.json")


def test_a_card_has_no_endless_list_of_addresses():
    addresses = [f"https://{number}.example" for number in range(17)]
    assert len(read_card(written(addresses=addresses[:16]), "x").addresses) == 16
    with pytest.raises(NotAcceptable, match="17 addresses"):
        read_card(written(addresses=addresses), "card.json")
    with pytest.raises(NotAcceptable, match="of 2100 characters"):
        read_card(written(addresses=["https://" + "x" * 2092]), "card.json")
