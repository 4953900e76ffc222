"""Every page in each language, size and light, with scripts and without."""

import pytest
from browser.looking import barriers, out_of_order, sideways, verify_same, walk
from browser.screens import DARK, RIGHT_TO_LEFT, SCREENS, Reader, turns

TURNS = turns()
names = [f"{screen.name}-{reader}" for screen, reader in TURNS]
by_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.name)


@pytest.fixture
def visit(look, request):
    """Return what opens a page for a reader, at the node whose page it is."""

    def open_screen(screen, reader):
        name = "desk_address" if screen.is_desk else "address"
        watched = look(reader, request.getfixturevalue(name))
        watched.visit(screen.address(reader.language))
        return watched

    return open_screen


@pytest.mark.parametrize(("screen", "reader"), TURNS, ids=names)
def test_a_page_is_whole_for_every_reader(screen, reader, visit, pictures) -> None:
    watched = visit(screen, reader)
    page = watched.page
    (pictures / f"{screen.name}-{reader}.png").write_bytes(watched.picture(full=True))
    direction = "rtl" if reader.language in RIGHT_TO_LEFT else "ltr"
    root = page.locator("html")
    assert (root.get_attribute("lang") or "").split("-")[0] == reader.language
    assert root.get_attribute("dir") == direction
    hidden = [one for one in screen.shows if not page.locator(one).first.is_visible()]
    assert hidden == []
    text = page.locator("main").inner_text()
    assert [one for one in screen.says if one not in text] == []
    assert sideways(page) == 0
    assert out_of_order(page) == []
    if reader.scripts:
        assert barriers(page) == []
    watched.verify()


@by_screen
def test_a_page_reached_again_by_its_address_looks_the_same(screen, visit) -> None:
    reader = Reader("ar")
    first, again = visit(screen, reader), visit(screen, reader)
    verify_same(first.picture(), again.picture())
    again.page.reload()
    again.settle()
    verify_same(first.picture(), again.picture())


@by_screen
def test_the_back_button_leads_back_to_what_was_seen(screen, visit) -> None:
    watched = visit(screen, Reader("he"))
    page, before, address = watched.page, watched.picture(), watched.page.url
    page.locator('nav.languages a[hreflang="en"]').click()
    page.wait_for_selector('html[lang^="en"]')
    page.go_back()
    page.wait_for_selector('html[lang^="he"]')
    watched.settle()
    assert page.url == address
    verify_same(before, watched.picture())
    watched.verify()


@by_screen
@pytest.mark.parametrize("reader", [Reader("ar"), DARK[0]], ids=str)
def test_a_page_is_used_by_the_keyboard_alone(screen, reader, visit) -> None:
    assert walk(visit(screen, reader).page) == []
