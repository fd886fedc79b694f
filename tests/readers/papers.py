"""Small, ugly files for the reader tests, made in memory."""

import io
import zipfile

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped_parts(parts, method=zipfile.ZIP_DEFLATED):
    """A zip file of named contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body, *, numbering="", styles="", footnotes="", head=""):
    """A Word file around the XML of a body; the other arguments are the parts' inner XML."""
    related = {
        "numbering": ("numbering", numbering),
        "styles": ("styles", styles),
        "footnotes": ("footnotes", footnotes),
    }
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"{head}<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            {kind: f"{kind}.xml" for kind, (_, inner) in related.items() if inner}
        ),
    }
    for kind, (root, inner) in related.items():
        if inner:
            parts[f"word/{kind}.xml"] = f"<w:{root} {_W}>{inner}</w:{root}>"
    return zipped_parts(parts)


def related_docx(body, related):
    """A Word file whose body refers to parts of its own: relation id -> (name, content)."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations({i: name for i, (name, _) in related.items()}),
    }
    for name, content in related.values():
        if isinstance(content, str):
            content = content.replace("<w:hdr>", f"<w:hdr {_W}>")
            content = content.replace("<dgm:dataModel>", f"<dgm:dataModel {_W}>")
        parts[f"word/{name}"] = content
    return zipped_parts(parts)


def _relations(targets):
    items = "".join(
        f'<Relationship Id="{kind}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{items}</Relationships>"
    )


def p(text, *, style="", properties=""):
    """A paragraph of one run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text, list_id=1, level=0):
    """A paragraph in a numbered list."""
    return p(
        text,
        properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>',
    )


def level(at, kind, text, *, start=1, more=""):
    """One level of a list definition."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels, lists='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'):
    """The inner XML of numbering.xml with one definition."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{lists}'


def cell(content, *, properties=""):
    """A table cell; plain text becomes a paragraph."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells, properties=""):
    """A table row of cells or plain texts."""
    made = "".join(c if c.startswith("<w:tc>") else cell(c) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def table(*rows):
    """A table of rows."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def pdf(*pages, notes=()):
    """A PDF whose pages are lists of PDF operators, see ``line``, ``rules`` and ``picture``.

    Args:
        notes: annotations of every page, see ``typed``.
    """
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids "
        f"[{' '.join(f'{8 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /W [32 126 500] "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        "/FontDescriptor 6 0 R >>",
        _stream(cmap),
        "<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -120 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>",
        _stream(
            "\0",
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
            "/BitsPerComponent 8 ",
        ),
    ]
    for number, operators in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Contents {9 + 2 * number} 0 R /Annots [{' '.join(notes)}] "
            "/Resources << /Font << /F 3 0 R >> /XObject << /I 7 0 R >> >> >>"
        )
        objects.append(_stream("\n".join(operators)))
    out = "%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table_at = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{at:010d} 00000 n \n" for at in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n"
    return out.encode("latin-1")


def _stream(content, entries=""):
    return f"<< {entries}/Length {len(content)} >>\nstream\n{content}\nendstream"


def line(text, x, y, size=16):
    """A line of text with its baseline ``y`` points above the page's lower edge."""
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def slanted(text, x, y, size=60):
    """A watermark that rises across the page."""
    return (
        f"BT /F {size} Tf 0.7071 0.7071 -0.7071 0.7071 {x} {y} Tm "
        f"<{text.encode('utf-16-be').hex()}> Tj ET"
    )


def pale(operators):
    """The same in light grey."""
    return f"q 0.85 g {operators} Q"


def typed(text, x, y, kind="FreeText", flags=4):
    """What somebody typed onto a page, or into a field of a form (``Widget``)."""
    held = f"<FEFF{text.encode('utf-16-be').hex()}>"
    value = f"/FT /Tx /V {held}" if kind == "Widget" else f"/Contents {held}"
    rect = f"[{x} {y} {x + 200} {y + 16}]"
    return f"<< /Type /Annot /Subtype /{kind} /Rect {rect} /F {flags} {value} >>"


def rules(xs, ys):
    """The rules of a table at these places."""
    across = [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    down = [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    return "\n".join([*across, *down])


def picture():
    """A picture over the whole page, as scanners make."""
    return "q 595 0 0 842 0 0 cm /I Do Q"
