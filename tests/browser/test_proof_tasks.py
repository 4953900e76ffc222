"""What people come for with a doubt: what a correction changed, and a check offline."""

import pytest
from browser.screens import LANGUAGES, Reader

from waternet.cli.main import run

STRESS = "jordan:jordan/water-stress/mean/P1Y/aquastat"
by_language = pytest.mark.parametrize("language", LANGUAGES)


@by_language
def test_what_a_correction_changed_is_found_by_clicks(look, language) -> None:
    watched = look(Reader(language))
    page = watched.page
    watched.visit(f"/about?lang={language}")
    page.locator('nav.pages a[href*="/entries"]').click()
    page.locator("#kind").select_option("revise")
    page.locator("#party").select_option("jordan")
    page.locator("main form button").click()
    page.locator('main table a[href*="/entries/jordan/11"]').click()
    changes = page.locator("#changes ~ .table").first
    row = changes.locator("tr", has_text="94.03034666")
    assert "116" in row.inner_text()
    row.locator("a").click()
    assert page.locator("[data-verdict=holds]").is_visible()
    assert "AQUASTAT revised" in page.locator("#chain + .table").inner_text()
    watched.settle()
    watched.verify()


@by_language
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "noscript"])
def test_a_figure_is_verified_offline_with_the_file_offered(
    look, language, scripts, tmp_path, monkeypatch, capsys
) -> None:
    watched = look(Reader(language, scripts=scripts))
    page = watched.page
    watched.visit(f"/proof?datastream={STRESS}&time=2012&lang={language}")
    with page.expect_download() as coming:
        page.locator('a[download="waternet-proof.zip"]').click()
    assert coming.value.suggested_filename == "waternet-proof.zip"
    coming.value.save_as(tmp_path / "waternet-proof.zip")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    # The command that the page itself shows.
    shown = page.locator("#offline ~ pre").first.inner_text().splitlines()[-1]
    assert shown.split() == ["waternet", "verify", "waternet-proof.zip"]
    assert run(shown.split()[1:]) == 0
    said = capsys.readouterr().out
    assert "94.03034666 %" in said
    # The digest to be compared stands on the page, too.
    digest = page.locator("#offline ~ p .ident").first.inner_text()
    assert f"the digest of its policy, {digest}" in said
