"""Small files of each format, written out so that a test can spoil any part of them."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFD = "http://www.ofdspec.org/2016"
XML = "<?xml version='1.0' encoding='UTF-8'?>"
TITLE = "云溪县氢能产业实施方案"
TASK = "（一）建设加氢站3座。由县发展改革局牵头，县财政局配合。"

Parts = dict[str, str | bytes]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A package of these parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return data.getvalue()


def _relations(**targets: str) -> str:
    return (
        f"{XML}<Relationships xmlns='{_RELATIONS}'>"
        + "".join(
            f"<Relationship Id='r{n}' Type='{_OFFICE}/{kind}' Target='{target}'/>"
            for n, (kind, target) in enumerate(targets.items())
        )
        + "</Relationships>"
    )


def _types(**parts: str) -> str:
    overrides = "".join(
        f"<Override PartName='/{name}' ContentType='application/vnd.openxmlformats-officedocument."
        f"{kind}+xml'/>"
        for kind, name in parts.items()
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f"{XML}<Types xmlns='{_TYPES}'><Default Extension='rels' ContentType='{rels}'/>"
        f"<Default Extension='xml' ContentType='application/xml'/>{overrides}</Types>"
    )


def paragraph(text: str) -> str:
    """A paragraph of a .docx."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(rows: int, columns: int, cell: str = paragraph("内容")) -> str:
    """A table of a .docx, every cell the same."""
    row = "<w:tr>" + f"<w:tc>{cell}</w:tc>" * columns + "</w:tr>"
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{row * rows}</w:tbl>"


def docx_parts(body: str = "", before: str = "") -> Parts:
    """The parts of a .docx; ``before`` stands before its root."""
    body = body or paragraph(TITLE) + paragraph(TASK) + table(2, 2) + paragraph("结尾。")
    main = {"wordprocessingml.document.main": "word/document.xml"}
    return {
        "[Content_Types].xml": _types(**main),
        "_rels/.rels": _relations(officeDocument="word/document.xml"),
        "word/document.xml": f"{XML}{before}<w:document xmlns:w='{W}'><w:body>{body}</w:body>"
        "</w:document>",
    }


def xlsx_parts(rows: str = "") -> Parts:
    """The parts of an .xlsx with one sheet."""
    cell = "<c r='{c}{r}' t='inlineStr'><is><t>{t}</t></is></c>"
    rows = rows or "".join(
        f"<row r='{r}'>{cell.format(c='A', r=r, t='项目')}{cell.format(c='B', r=r, t=TITLE)}</row>"
        for r in range(1, 4)
    )
    book, sheet = "spreadsheetml.sheet.main", "spreadsheetml.worksheet"
    return {
        "[Content_Types].xml": _types(**{book: "xl/workbook.xml", sheet: "xl/worksheets/1.xml"}),
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f"{XML}<workbook xmlns='{_SHEET}' xmlns:r='{_OFFICE}'><sheets>"
        "<sheet name='表' sheetId='1' r:id='r0'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(worksheet="worksheets/1.xml"),
        "xl/worksheets/1.xml": f"{XML}<worksheet xmlns='{_SHEET}'><sheetData>{rows}</sheetData>"
        "</worksheet>",
    }


def ofd_parts(before: str = "") -> Parts:
    """The parts of an OFD of one page; ``before`` stands before the root of the page."""
    lines = "".join(
        f"<ofd:TextObject ID='{n}' Font='1' Size='5' Boundary='20 {20 * n} 170 8'>"
        f"<ofd:TextCode X='0' Y='6' DeltaX='g {len(text)} 5'>{text}</ofd:TextCode>"
        "</ofd:TextObject>"
        for n, text in enumerate((TITLE, TASK), start=2)
    )
    space = f"xmlns:ofd='{_OFD}'"
    return {
        "OFD.xml": f"{XML}<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "D/Document.xml": f"{XML}<ofd:Document {space}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        "<ofd:Pages><ofd:Page ID='1' BaseLoc='Page.xml'/></ofd:Pages></ofd:Document>",
        "D/Page.xml": f"{XML}{before}<ofd:Page {space}><ofd:Content><ofd:Layer>{lines}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }


def pdf(pages: int = 1, tree: str = "", trailer: str = "") -> bytes:
    """A PDF of numbered pages; ``tree`` takes the place of the page tree."""
    kids = " ".join(f"{2 * number} 0 R" for number in range(2, pages + 2))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: tree or f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for number in range(2, pages + 2):
        words = f"BT /F 14 Tf 72 500 Td (Plan of Yunxi County, task {number}: build.) Tj ET"
        objects[2 * number] = (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            f"/Contents {2 * number + 1} 0 R/Resources<</Font<</F 3 0 R>>>>>>"
        )
        objects[2 * number + 1] = f"<</Length {len(words)}>>stream\n{words}\nendstream"
    return _with_table(objects, trailer)


def _with_table(objects: Mapping[int, str], trailer: str) -> bytes:
    """The objects of a PDF and the table of their places."""
    data = bytearray(b"%PDF-1.7\n")
    rows = ""
    for number, body in objects.items():
        rows += f"{number} 1\n{len(data):010} 00000 n \n"
        data += f"{number} 0 obj{body}endobj\n".encode()
    start = len(data)
    data += f"xref\n{rows}trailer<</Root 1 0 R/Size {max(objects) + 1}{trailer}>>\n".encode()
    return bytes(data) + f"startxref\n{start}\n%%EOF".encode()


def picture(kind: str = "PNG", width: int = 200, height: int = 100) -> bytes:
    """A picture of grey rings, without words."""
    from PIL import Image

    data = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).save(data, kind)
    return data.getvalue()


def page(head: str = "") -> bytes:
    """A web page."""
    text = f"<h1>{TITLE}</h1><p>{TASK}</p><table><tr><td>1<td>2<tr><td>3<td>4</table>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{text}</body></html>".encode()


RTF = (
    rb"{\rtf1\ansi\ansicpg936 {\fonttbl{\f0 SimSun;}}\f0 "
    + "".join(f"\\u{ord(char)}?" for char in TITLE).encode()
    + rb"\par}"
)
TEXT = f"{TITLE}\n\n　　一、重点任务\n　　{TASK}\n".encode()
MARKDOWN = f"# {TITLE}\n\n## 一、重点任务\n\n- {TASK}\n\n|甲|乙|\n|-|-|\n|1|2|\n".encode()
SMALL: dict[str, bytes] = {
    "a.txt": TEXT,
    "a.md": MARKDOWN,
    "a.html": page(),
    "a.docx": zipped(docx_parts()),
    "a.xlsx": zipped(xlsx_parts()),
    "a.ofd": zipped(ofd_parts()),
    "a.pdf": pdf(),
}
