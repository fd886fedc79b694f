"""From a question that nobody could answer to a reviewed answer, and to its end."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.serving import ROOT, environment, run_script, serving

pytestmark = pytest.mark.slow

PASSWORD = "一个足够长的密码-2026"
QUESTION = "租房的钱断交一个月还发不发"
ANSWER = "断交当月不发，其余月份照发，每月2000元。"
POLICY = """临江市人才住房办法
临政发〔2026〕8号
第一条　为了改善人才居住条件，制定本办法。
第二条　在本市工作的博士，每月发放租房补贴二千元，连续发放三年，凭租赁合同申请。
第三条　毕业五年内的硕士，可以申请入住人才公寓，租金按市场价的七折收取。
第四条　本办法自2026年3月1日起施行，有效期2年。
临江市人民政府
2026年2月1日
"""
CHANGED = POLICY.replace("每月发放租房补贴二千元", "每月发放租房补贴一千五百元")


def add_user(data, name, role="staff"):
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "--data", str(data), "user", "add", name,
         "--role", role],
        cwd=data.parent, env=environment(), input=f"{PASSWORD}\n", text=True, capture_output=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def add_policy(data, text):
    path = data.parent / "住房办法.txt"
    path.write_text(text, encoding="utf-8")
    done = run_script("ingest.py", "add", path, data=str(data))
    assert done.returncode == 0, done.stdout + done.stderr


def sign_in(page, server, name):
    page.goto(f"{server.address}/desk/unanswered")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="未答问题").wait_for()
    page.wait_for_load_state()  # keys pressed before its scripts have run go nowhere


def sign_out(page):
    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").wait_for()


def test_a_question_becomes_a_reviewed_answer_and_ends_with_its_clause(page, tmp_path, picture):
    data = tmp_path / "data"
    with serving(data, office="临江市人才服务中心", city="临江市") as server:
        add_policy(data, POLICY)
        for name in ("张三", "李四"):
            add_user(data, name)
        said = server.ask(QUESTION)
        assert "断交当月不发" not in said
        server.ask("没用")

        # one person writes
        sign_in(page, server, "张三")
        picture("unanswered")
        page.keyboard.press("j")  # the whole of it without a mouse
        page.keyboard.press("Enter")
        page.locator(".live #has-answer").wait_for()
        picture("unanswered-group")
        labels = page.locator(".clauses label strong").all_text_contents()
        page.keyboard.press(str(labels.index("第二条") + 1))
        page.keyboard.press("w")
        page.locator(".live form.write").wait_for()
        expect(page.get_by_role("radio", name=re.compile("第二条"))).to_be_checked()
        page.keyboard.type(ANSWER.replace("2000元", "3000元"))
        page.keyboard.press("Control+Enter")
        page.get_by_text("依据的条款里没有：3000元").wait_for()
        page.locator(".live form.write").wait_for()
        page.keyboard.press("Control+a")
        page.keyboard.type(ANSWER)
        picture("faq-edit")
        page.keyboard.press("Control+Enter")
        page.get_by_text("须由另一位同事审核").wait_for()
        assert page.get_by_role("button", name="通过并发布").count() == 0
        address = page.url
        assert "断交当月不发" not in server.ask(QUESTION, openid="oSECOND00000000000000000001")
        sign_out(page)

        # another releases
        sign_in(page, server, "李四")
        page.goto(address)
        picture("faq-review")
        page.locator(".live").wait_for()
        page.keyboard.press("a")  # a letter alone publishes nothing
        expect(page.get_by_role("button", name="通过并发布")).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_text("已发布：").wait_for()
        said = server.ask(QUESTION, openid="oTHIRD000000000000000000001")
        assert ANSWER in said
        assert "依据：《临江市人才住房办法》（临政发〔2026〕8号）第二条" in said
        link = page.get_by_role("link", name="公开页面").get_attribute("href")
        status, public = server.get(link)
        assert (status, ANSWER in public) == (200, True)

        # the clause is replaced
        add_policy(data, CHANGED)
        assert "断交当月不发" not in server.ask(QUESTION, openid="oFOURTH00000000000000000001")
        page.reload()
        page.get_by_text("微信上已停用这条答复").wait_for()
        assert page.get_by_text("一千五百元").count() > 0
        picture("faq-stale")
        page.goto(f"{server.address}/desk/faqs?show=stale")
        page.get_by_role("link", name=QUESTION).wait_for()
        page.goto(f"{server.address}/desk/unanswered")
        page.get_by_text("答复已失效").wait_for()
        assert "所依据的条款" in server.get(link)[1]
