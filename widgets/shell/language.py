"""Languages: the words in the code are Indonesian; another language is a Qt Linguist file, read as it stands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QObject, QTranslator, QXmlStreamReader

TRANSLATIONS = Path(__file__).resolve().parents[2] / "resources" / "translations"
WRITTEN = "id"
"""The language of the words in the code; its file has only Qt's own, in menus and forms that somebody opens."""
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
    """The finished translations of a `.ts` file, by context and source text. Raises OSError, or ValueError when it is
    no such file."""
    # Qt's own reader: another library for a few words would keep the window waiting.
    reader = QXmlStreamReader(path.read_text("utf-8"))
    found: dict[tuple[str, str], str] = {}
    context = source = ""
    while not reader.atEnd():
        reader.readNext()
        if not reader.isStartElement():
            continue
        if reader.name() == "name":
            context = reader.readElementText()
        elif reader.name() == "source":
            source = reader.readElementText()
        elif reader.name() == "translation":
            finished = not reader.attributes().hasAttribute("type")
            if (word := reader.readElementText()) and finished:
                found[context, source] = word
    if reader.hasError():
        raise ValueError(f"{path}:{reader.lineNumber()}: {reader.errorString()}")
    return found


def set_locale(language: str) -> None:
    """Write numbers and dates as that language does, from now on."""
    QLocale.setDefault(QLocale(LOCALES.get(language, LOCALES[WRITTEN])))


def translator(language: str, parent: QObject, folder: Path = TRANSLATIONS) -> QTranslator | None:
    """The translator for a language ("id", "en"); None when the code's own words do."""
    path = folder / f"simpul_{language}.ts"
    return LinguistTranslator(path, parent) if path.exists() else None
