"""
Which letters and signs no font of this machine has, asked of fontconfig, by which the press finds its fonts. It prints
nothing.

All counts that leaves ink; what chooses between shapes of a letter, or joins them, does not. What the shipped fonts
have is always there.
"""

import ctypes
import threading
import unicodedata
from contextlib import suppress
from importlib.resources import as_file, files
from typing import Any

from renderers.writings import needs_a_font, packages_for

LIBRARIES = ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll")
_MATCH = 0  # FcResultMatch


class MachineFonts:
    """The fonts of this machine and the shipped ones, looked up when first asked, and anew once they change."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: _Fonts | None = None

    def missing(self, text: str) -> str:
        """What of `text` leaves ink and no font has, each once; '' also where there is no fontconfig to ask."""
        rare = [each for each in dict.fromkeys(unicodedata.normalize("NFC", text)) if needs_a_font(each)]
        if not rare:
            return ""
        with self._turn:
            if self._known is None or not self._known.are_up_to_date():
                self._known = _look_up()
            fonts = self._known
        return "".join(each for each in rare if not _is_there(fonts, each)) if fonts else ""

    def way_out(self, letters: str) -> str:
        """What to do where these are missing."""
        installed = f"On Debian: apt-get install {packages_for(letters)}, then restart billhook"
        return f"{installed}; or write it in other letters."


class _Fonts:
    """One state of fontconfig's fonts. They are few, and it is asked once a process: nothing of it is let go."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._config = ctypes.c_void_p(library.FcInitLoadConfigAndFonts())
        with as_file(files("renderers").joinpath("fonts")) as shipped:
            library.FcConfigAppFontAddDir(self._config, str(shipped).encode())
        wanted = ctypes.c_void_p(library.FcObjectSetBuild(b"charset", None))
        pattern = ctypes.c_void_p(library.FcPatternCreate())
        found = library.FcFontList(self._config, pattern, wanted).contents
        self._sets = [self._letters_of(found.fonts[at]) for at in range(found.count)]

    def has(self, letter: str) -> bool:
        return any(self._library.FcCharSetHasChar(each, ord(letter)) for each in self._sets)

    def are_up_to_date(self) -> bool:
        return bool(self._library.FcConfigUptoDate(self._config))

    def _letters_of(self, font: int) -> ctypes.c_void_p:
        letters = ctypes.c_void_p()
        self._library.FcPatternGetCharSet(ctypes.c_void_p(font), b"charset", 0, ctypes.byref(letters))
        return letters


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


def _look_up() -> _Fonts | None:
    """None where there is no fontconfig: then the press says what it lacks."""
    for name in LIBRARIES:
        with suppress(OSError):
            return _Fonts(_typed(ctypes.CDLL(name)))
    return None


def _typed(library: Any) -> Any:
    for name in ("FcInitLoadConfigAndFonts", "FcObjectSetBuild", "FcPatternCreate"):
        getattr(library, name).restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    library.FcCharSetHasChar.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return library


def _is_there(fonts: _Fonts, letter: str) -> bool:
    """A letter that no font has is drawn from its parts, where there are some and a font has them."""
    parts = unicodedata.normalize("NFD", letter)
    return fonts.has(letter) or (parts != letter and all(map(fonts.has, parts)))
