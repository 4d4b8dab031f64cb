"""Languages: the words in the code are Indonesian; another language is a Qt Linguist file, read as it stands."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QLocale, QObject, QTranslator

TRANSLATIONS = Path(__file__).resolve().parents[2] / "resources" / "translations"
LOCALES = {"id": "id_ID", "en": "en_GB"}
"""Language -> the locale whose numbers and dates go with it."""


class LinguistTranslator(QTranslator):
    """Translates from a `.ts` file directly, so that no compiled copy can fall behind it."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = read_linguist(path)

    def isEmpty(self) -> bool:
        """Whether there is nothing to translate; Qt skips an empty translator."""
        return not self._words

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The translation, or the text itself: an empty string would stand, as a translation to nothing."""
        return self._words.get((context, text), text)


def read_linguist(path: Path) -> dict[tuple[str, str], str]:
    """The finished translations of a `.ts` file, by context and source text. Raises OSError or ParseError."""
    found: dict[tuple[str, str], str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            word = message.find("translation")
            if word is not None and word.text and word.get("type") is None:
                found[name, message.findtext("source", "")] = word.text
    return found


def translator(language: str, parent: QObject, folder: Path = TRANSLATIONS) -> QTranslator | None:
    """The translator for a language ("id", "en") and its locale set as default; None when the code's own words do."""
    QLocale.setDefault(QLocale(LOCALES.get(language, LOCALES["id"])))
    path = folder / f"simpul_{language}.ts"
    return LinguistTranslator(path, parent) if path.exists() else None
