"""OFD files built by GB/T 33190-2016; no office's own sample was at hand."""

from tests.readers.papers import zipped_parts
from tests.readers.reading import read

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(x, y, words, size=5.6):
    return (
        f'<ofd:TextObject Boundary="{x} {y} {len(words) * size} {size * 1.2}" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {len(words) - 1} {size}">{words}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def ofd(*pages, template=""):
    parts = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData><ofd:Pages>'
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/T.xml": f"<ofd:Page {NS}>{template}</ofd:Page>",
    }
    for n, objects in enumerate(pages):
        parts[f"Doc_0/Pages/P{n}.xml"] = (
            f'<ofd:Page {NS}><ofd:Template TemplateID="9"/><ofd:Content><ofd:Layer>{objects}'
            "</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped_parts(parts)


def test_words_come_in_the_order_of_the_page_not_of_the_file():
    page = text(32, 60, "第一条　符合条件的人才每月补贴三百元。") + text(60, 40, "人才补贴办法")
    found = read(ofd(page), "办法.ofd")
    assert [b.text for b in found.blocks] == [
        "人才补贴办法",
        "第一条　符合条件的人才每月补贴三百元。",
    ]
    assert found.format == "ofd"
    assert found.blocks[0].page == 1


def test_pieces_of_one_line_are_joined():
    page = text(32, 60, "每月补贴") + text(32 + 4 * 5.6, 60, "３００元。")
    assert read(ofd(page), "办法.ofd").blocks[0].text == "每月补贴300元。"


def test_what_a_template_prints_on_every_page_is_no_text_of_the_paper():
    pages = [text(32, 60 + 9 * n, f"第{'一二三四'[n]}条　补贴办法的正文内容。") for n in range(4)]
    found = read(ofd(*pages, template=text(80, 10, "临江市人民政府公报")), "办法.ofd")
    assert [b.text[:3] for b in found.blocks] == ["第一条", "第二条", "第三条", "第四条"]
    assert [b.page for b in found.blocks] == [1, 2, 3, 4]


def test_an_ofd_that_lacks_a_page_is_refused(refusal):
    whole = ofd(text(32, 60, "正文"))
    assert "第 1 页" in refusal(
        whole.replace(b"Doc_0/Pages/P0.xml", b"Doc_0/Pages/XX.xml"), "a.ofd"
    )


def test_an_empty_container_is_refused(refusal):
    assert "不完整" in refusal(zipped_parts({"OFD.xml": "<x/>"}), "a.ofd")
