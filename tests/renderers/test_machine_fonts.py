"""What no font of a machine has is known without printing it, and it is what the press leaves out."""

import pytest

from renderers import machine_fonts
from renderers.machine_fonts import MachineFonts
from tests.renderers.conftest import FONTS


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine that has no fonts but the shipped ones."""
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    return MachineFonts()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("株式 1 株", "株式"),
        ("שלום Ltd", "שלום"),
        ("\U00013000\U00013001 SARL", "\U00013000\U00013001"),
        ("हिन्दी Ltd", "हिन्दी"),
        ("한", "한"),
        ("🐍🐍 Ltd", "🐍"),
        ("7 ⁂", "⁂"),
        ("Ơ", "Ơ"),
    ],
)
def test_letters_without_a_font_are_each_told_once(bare, text, missing):
    assert bare.missing(text) == missing


@pytest.mark.parametrize("text", ["Łódź", "Κρήτη", "Ромашка", "e\u0301", "1\ufe0f\u200d\u2009–€", ""])
def test_the_shipped_fonts_have_latin_greek_and_cyrillic_and_what_leaves_no_ink_needs_none(bare, text):
    assert bare.missing(text) == ""


def test_a_font_that_is_put_there_is_found(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", str(FONTS / "fonts.conf"))

    assert MachineFonts().missing("株式会社テスト שלום") == ""


@pytest.mark.parametrize(("missing", "package"), [("株", "fonts-noto-cjk"), ("🐍", "fonts-noto-color-emoji")])
def test_the_way_out_names_the_package(missing, package):
    told = f"On Debian: apt-get install {package}, then restart billhook; or write it in other letters."

    assert MachineFonts().way_out(missing) == told


def test_without_fontconfig_nothing_is_told_before_it_is_printed(monkeypatch):
    monkeypatch.setattr(machine_fonts, "LIBRARIES", ("libnowhere.so.0",))

    assert MachineFonts().missing("株") == ""
