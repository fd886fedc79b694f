from __future__ import annotations

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.console.conftest import page_of, site


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def elements(page: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Every start tag with its attributes, as a browser would read them."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, given: found.append((tag, given))
    parser.feed(page)
    return found


def standing(page: str) -> str:
    return text(page.split('<div class="standing')[1].split("</div>")[0].partition(">")[2]).strip()


def test_clause_page_names_document_number_issuer_and_dates(library):
    page = site(library).get(page_of(library, "02-", "三、购房补贴（二）")).text
    assert "<h1>临江市人才安居实施细则（2025年版）</h1>" in page
    assert "<p>（二）申领期限。自取得不动产权证书之日起1年内提出，逾期视为放弃。</p>" in page
    for name, value in (
        ("文号", "临政办发〔2025〕18号"),
        ("发布机关", "临江市人民政府办公室"),
        ("成文日期", "2025年6月9日"),
        ("施行日期", "2025年7月1日"),
        ("有效期至", "2030年6月30日"),
    ):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page


def test_document_in_force_says_until_when(library):
    page = site(library).get(page_of(library, "02-", "一、适用对象")).text
    assert standing(page) == "现行有效 有效期至2030年6月30日。"


def test_document_says_that_it_is_not_yet_in_force(library):
    early = site(library, date(2025, 6, 30))
    page = early.get(page_of(library, "02-", "一、适用对象")).text
    assert standing(page) == "尚未施行 自2025年7月1日起施行。"


def test_lapsed_and_abolished_document_says_so_and_leads_to_its_successor(library):
    client = site(library)
    page = client.get(page_of(library, "03-", "第四条")).text
    assert "已失效" in standing(page)
    assert "有效期至2025年2月28日止，并已被《临江市人才安居实施细则" in standing(page)
    assert "现行有效" not in page
    way = re.search(r'class="way" href="([^"]+)"', page)
    assert way is not None
    assert standing(client.get(way.group(1)).text).startswith("现行有效")


def test_document_abolished_before_its_end_names_the_day(empty, tmp_path):
    (tmp_path / "old.txt").write_text(
        "临川市租房补贴办法\n临川政发〔2020〕1号\n第一条　每月补贴500元。\n"
        "第二条　本办法自2020年1月1日起施行。\n临川市人民政府\n2020年1月1日\n"
    )
    (tmp_path / "new.txt").write_text(
        "临川市租房补贴新办法\n临川政发〔2025〕2号\n第一条　每月补贴800元。\n"
        "第二条　本办法自2025年7月1日起施行。《临川市租房补贴办法》（临川政发〔2020〕1号）"
        "同时废止。\n临川市人民政府\n2025年6月1日\n"
    )
    empty.intake.add_all([tmp_path / "old.txt", tmp_path / "new.txt"])
    address = page_of(empty, "old.txt", "第一条")
    page = site(empty).get(address).text
    assert standing(page).startswith(
        "已失效 自2025年7月1日起被《临川市租房补贴新办法》废止，不能作为办理依据。"
    )
    before = site(empty, date(2025, 6, 30)).get(address).text
    assert standing(before) == "现行有效 将自2025年7月1日起被《临川市租房补贴新办法》废止。"


def test_replaced_version_leads_to_the_same_clause_of_the_new_one(empty, tmp_path):
    paper = tmp_path / "办法.txt"
    lines = "临川市人才办法\n第一条　制定本办法。\n第二条　每月补贴{}元。\n"
    paper.write_text(lines.format(500))
    empty.intake.add(paper)
    old = page_of(empty, "办法.txt", "第二条")
    paper.write_text(lines.format(800))
    empty.intake.add(paper)
    client = site(empty)
    page = client.get(old).text
    assert standing(page).startswith("本版本已被新版本替换")
    assert "现行有效" not in page
    way = re.search(r'class="way" href="([^"]+)"', page)
    assert way is not None
    assert "每月补贴800元" in client.get(way.group(1)).text


def test_withdrawn_document_does_not_pretend_to_be_in_force(empty, tmp_path):
    paper = tmp_path / "办法.txt"
    paper.write_text("临川市人才办法\n第一条　每月补贴500元。\n")
    empty.intake.add(paper)
    address = page_of(empty, "办法.txt", "第一条")
    empty.intake.retire(empty.catalogue.versions()[0].document_id)
    page = site(empty).get(address).text
    assert standing(page).startswith("本文件已撤下")
    assert "现行有效" not in page


def test_speech_is_background_only(library):
    version = next(v for v in library.catalogue.versions() if v.file_name.startswith("12-"))
    first = library.catalogue.passages_of(version.id)[1]
    page = site(library).get(f"/p/{first.id}").text
    assert standing(page).startswith("讲话仅供背景")


def test_cited_table_row_is_shown_by_column_and_marked_in_its_table(library):
    page = site(library).get(page_of(library, "02-", "二、安居标准 表「D类」")).text
    assert "<dt>购房补贴（总额）</dt><dd>30万元</dd>" in page
    assert '<tr class="cited" id="cited"><td>D类</td><td>30万元</td>' in page
    assert page.count('class="cited"') == 1
    assert '<th scope="col">人才类别</th>' in page


def test_every_clause_page_shows_its_whole_document_with_one_anchor(library):
    client = site(library)
    for version in library.catalogue.versions():
        clauses = library.catalogue.clauses(version.id)
        for stored in library.catalogue.passages_of(version.id):
            page = client.get(f"/p/{stored.id}").text
            assert page.count('id="cited"') == 1, stored.passage
            shown = re.sub(r"\s", "", unescape(text(page.split('<div class="paper">')[1])))
            for clause in clauses:
                for words in clause.cells or (clause.text,):
                    assert re.sub(r"\s", "", words) in shown


def test_script_in_a_policy_is_shown_as_text(empty, tmp_path):
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    paper = tmp_path / "坏.txt"
    paper.write_text(f"临川市{hostile}办法\n第一条　{hostile}每月补贴500元。\n")
    empty.intake.add(paper)
    for stored in empty.catalogue.passages_of(empty.catalogue.versions()[0].id):
        page = site(empty).get(f"/p/{stored.id}").text
        tags = elements(page)
        assert [dict(given) for tag, given in tags if tag == "script"] == [
            {"type": "module", "src": "/assets/clause.js"}
        ]
        assert not [tag for tag, given in tags if tag == "img" or dict(given).keys() & {"onerror"}]
        assert "<script>alert(1)</script>" in unescape(page)


@pytest.mark.parametrize("number", ["0", "99999999", "2147483648", "9" * 40])
def test_unknown_clause_is_a_chinese_404(library, number):
    answer = site(library).get(f"/p/{number}")
    assert answer.status_code == 404
    assert re.search("没有找到这一(?:条款|页)", answer.text)
    assert "请回到公众号" in answer.text


def test_front_page_leads_to_the_trial_where_there_is_one(library, chat):
    assert chat.get("/").location == "/try"
    alone = site(library).get("/")
    assert alone.status_code == 200
    assert "微信公众号" in alone.text


def test_pages_load_nothing_from_elsewhere(library, chat):
    clause_page = page_of(library, "02-", "一、适用对象")
    for address in ("/try", clause_page):
        for link in re.findall(r'(?:src|href)="([^"]+)"', chat.get(address).text):
            assert link.startswith(("/assets/", "/p/", "#"))
            if link.startswith("/assets/"):
                assert chat.get(link).status_code == 200


def test_a_draft_is_nobodys_to_read_before_it_is_published(empty, tmp_path):
    paper = tmp_path / "办法.txt"
    paper.write_text("临川市人才办法\n第一条　每月补贴500元。\n")
    empty.intake.add(paper, draft=True)
    address = page_of(empty, "办法.txt", "第一条")
    reply = site(empty).get(address)
    assert (reply.status_code, "500元" in reply.text) == (404, False)
    empty.intake.publish(empty.catalogue.versions()[0].id)
    assert "500元" in site(empty).get(address).text


def test_the_text_that_still_holds_until_the_next_version_begins_says_until_when(empty, tmp_path):
    paper = tmp_path / "办法.txt"
    text = "临川市人才办法\n第一条　每月补贴500元。\n第二条　本办法自{}起施行。\n"
    paper.write_text(text.format("2026年1月1日"))
    empty.intake.add(paper)
    address = page_of(empty, "办法.txt", "第一条")
    paper.write_text(text.format("2027年1月1日").replace("500", "800"))
    empty.intake.add(paper)
    assert "现行有效 将自2027年1月1日起由新版本替代" in standing(site(empty).get(address).text)
    after = site(empty, date(2027, 2, 1)).get(address).text
    assert "已由新版本替代" in standing(after)
    assert 'class="way"' in after


def test_one_reads_on_from_clause_to_clause_of_the_same_document_only(empty, tmp_path):
    for name, amount in (("甲", 500), ("乙", 800)):
        path = tmp_path / f"{name}.txt"
        path.write_text(
            f"临川市{name}办法\n第一条　补贴{amount}元。\n第二条　按月发放，每人限领一次。\n"
        )
        empty.intake.add(path)
    client, seen = site(empty), []
    ids = [
        [s.id for s in empty.catalogue.passages_of(v.id)]
        for v in reversed(empty.catalogue.versions())
    ]
    address = f"/p/{ids[0][0]}"
    while address:
        seen.append(address)
        onward = re.search(r'<a href="([^"]+)" rel="next"', client.get(address).text)
        address = onward[1] if onward else ""
    assert seen == [f"/p/{i}" for i in ids[0]]
    assert 'rel="prev"' not in client.get(seen[0]).text


def test_a_shared_clause_names_itself_and_says_whether_it_holds(library):
    page = site(library).get(page_of(library, "02", "二、安居标准 表「D类」")).text
    title = re.search(r'property="og:title" content="([^"]+)"', page)[1]
    assert title == "临江市人才安居实施细则（2025年版） 二、安居标准 表「D类」"
    assert 'property="og:description" content="现行有效｜' in page
