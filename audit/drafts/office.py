"""The text of a Word document: paragraphs and tables in document order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from docx.table import Table
from docx.text.paragraph import Paragraph

from audit.drafts.text import DraftError

_LARGEST_INSIDE = 256 * 2**20


def docx_text(content: bytes, shown: str) -> str:
    """One line per paragraph, one per table row with tabs between its cells.

    Raises DraftError for a file that is no Word document, is damaged or unpacks to more than 256 MiB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_INSIDE:
                raise DraftError(
                    "the document unpacks to more than 256 MiB", where=shown, remedy="send it without pictures"
                )
        if "word/document.xml" not in names:
            raise DraftError(
                "the file is no Word document", where=shown, remedy="send the draft as txt, html, docx or pdf"
            )
        document = docx.Document(io.BytesIO(content))
        return "\n".join(_lines(document.iter_inner_content()))
    except DraftError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(shown) from error
    except (SyntaxError, InvalidXmlError, AttributeError, OpcError) as error:
        raise _damaged(shown) from error


def _damaged(shown: str) -> DraftError:
    return DraftError("the Word document is damaged", where=shown, remedy="open it in Word or WPS and save it again")


def _lines(blocks: Iterator[Paragraph | Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for row in block.rows:
            cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell comes once for each column it spans
            yield "\t".join(" ".join(paragraph.text for paragraph in cell.paragraphs) for cell in cells.values())
