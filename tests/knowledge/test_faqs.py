"""Answers of the office: written, released by another person, and never older than their clause."""

from datetime import date

import pytest

from bot.answering.answer import Answerer
from bot.answering.result import Abstain, Answer
from bot.wording import REVIEWED, UNWRITTEN, UNWRITTEN_BASIS
from knowledge.documents import DocumentKind, VersionStatus
from knowledge.faqs import Faqs, FaqState, Staleness, Wording, unfounded
from knowledge.jobs import IntakeJobs, JobKind, JobState, work_off
from knowledge.lexicon import SynonymTable
from knowledge.lifecycle import Lifecycle, NotPossible
from tests.knowledge.papers import POLICY

TODAY = date(2026, 11, 22)
QUESTION = "租房的钱断交一个月还发不发"
ANSWER = "断交当月不发，其余月份照发，每月2000元。"
CHANGED = POLICY.replace("每月发放租房补贴二千元", "每月发放租房补贴一千五百元")
RENUMBERED = (
    POLICY.replace("第三条", "第四条")
    .replace("第四条　本", "第五条　本")
    .replace("第二条", "第三条")
    .replace("制定本办法。", "制定本办法。\n第二条　本办法由市住建局解释。")
)


@pytest.fixture
def office(base, write, tmp_path):
    return OfficeAtWork(base, write, tmp_path)


class OfficeAtWork:
    """A base with one policy, and people who write and release answers through real jobs."""

    def __init__(self, base, write, folder):
        self.base, self.write_file = base, write
        self.jobs = IntakeJobs(base.catalogue.engine, folder / "data")
        self.faqs = Faqs(base.catalogue)
        self.add(POLICY)

    def add(self, text, name="住房办法.txt", draft=False):
        result = self.base.intake.add(self.write_file(name, text), draft=draft)
        return self.base.catalogue.versions(result.document)[0]

    def clause(self, label="第二条"):
        for version in reversed(self.base.catalogue.versions()):
            for stored in self.base.catalogue.passages_of(version.id):
                if stored.passage.label.startswith(label):
                    return self.faqs.clause(stored.id)
        raise LookupError(label)

    def draft(self, answer=ANSWER, wordings=("房补中断过怎么办",), author="张三", **given):
        given = {"clause": self.clause()} | given
        return self.faqs.write(Wording(QUESTION, answer, wordings, **given), author)

    def do(self, kind, argument):
        options = {"day": TODAY.isoformat(), "issuer": "临江市人才服务中心"}
        lead = UNWRITTEN.format(office="临江市人才服务中心")
        job = self.jobs.submit(kind, str(argument), **options, lead=lead)
        work_off(self.jobs, self.base)
        return self.jobs.get(job)

    def publish(self, faq_id, approver="李四"):
        revision = self.faqs.get(faq_id, TODAY).revision
        self.faqs.approve(faq_id, revision, approver, TODAY)
        job = self.do(JobKind.PUBLISH_FAQ, faq_id)
        assert job.state is JobState.DONE, job.result

    def state(self, faq_id, day=TODAY):
        return self.faqs.get(faq_id, day).state

    def ask(self, text=QUESTION, day=TODAY):
        return Answerer(self.base.retriever, SynonymTable.load()).answer(text, day)

    def answers_with(self, words, day=TODAY, text=QUESTION):
        """Do these words of an answer of the office reach somebody who asks?"""
        found = self.ask(text, day)
        shown = [*found.parts, *found.beside] if isinstance(found, Answer) else []
        return any(words in part.body for part in shown)


def test_an_answer_released_by_another_person_is_found_and_names_its_clause(office):
    assert isinstance(office.ask(), Abstain) or not office.answers_with("断交当月不发")
    faq_id = office.draft()
    assert office.state(faq_id) is FaqState.DRAFTED
    assert not office.answers_with("断交当月不发"), "a draft answers nobody"
    office.publish(faq_id)
    found = office.ask()
    assert isinstance(found, Answer)
    assert found.parts[0].body == ANSWER
    assert found.parts[0].basis == "《临江市人才住房办法》（临政发〔2026〕8号）第二条"
    assert found.parts[0].note == REVIEWED, "the words are the office's, not the paper's"
    assert "二千元" in found.citations[0].text, "figures are checked against the clause"
    assert office.answers_with("断交当月不发", text="房补中断过怎么办"), "another wording finds it"
    assert office.state(faq_id) is FaqState.PUBLISHED


def test_a_general_question_is_still_answered_in_the_paper_s_own_words(office):
    office.publish(office.draft())
    found = office.ask("博士租房补贴每月多少钱")
    assert isinstance(found, Answer)
    assert "每月发放租房补贴二千元" in found.parts[0].body


def test_a_published_answer_is_a_document_in_every_index(office):
    faq_id = office.draft()
    office.publish(faq_id)
    faq = office.faqs.get(faq_id, TODAY)
    version = office.base.catalogue.version(faq.version_id)
    assert (version.facts.kind, version.status) == (DocumentKind.FAQ, VersionStatus.PUBLISHED)
    assert office.base.indexes.check().clean
    (stored,) = office.base.catalogue.passages_of(version.id)
    assert stored.id in office.base.vectors.ids()


def test_nobody_approves_what_they_wrote_themselves(office):
    faq_id = office.draft(author="张三")
    with pytest.raises(NotPossible, match="另一位同事"):
        office.faqs.approve(faq_id, 1, "张三", TODAY)
    office.faqs.rewrite(faq_id, Wording(QUESTION, ANSWER, (), office.clause()), "李四")
    with pytest.raises(NotPossible, match="另一位同事"):
        office.faqs.approve(faq_id, 2, "李四", TODAY)  # who changed it last wrote it
    office.faqs.approve(faq_id, 2, "张三", TODAY)
    assert office.state(faq_id) is FaqState.APPROVED


def test_a_text_changed_after_it_was_read_is_not_approved(office):
    faq_id = office.draft(author="张三")
    office.faqs.rewrite(faq_id, Wording(QUESTION, "断交当月不发。", (), office.clause()), "张三")
    with pytest.raises(NotPossible, match="重新阅读"):
        office.faqs.approve(faq_id, 1, "李四", TODAY)


def test_what_nobody_approved_cannot_be_published_by_a_job(office):
    faq_id = office.draft()
    job = office.do(JobKind.PUBLISH_FAQ, faq_id)
    assert job.state is JobState.FAILED
    assert "审核" in job.result["error"]
    assert not office.answers_with("断交当月不发")


def test_publishing_twice_makes_one_document(office):
    faq_id = office.draft()
    office.publish(faq_id)
    assert office.do(JobKind.PUBLISH_FAQ, faq_id).state is JobState.FAILED
    names = [v.file_name for v in office.base.catalogue.versions() if v.format == "faq"]
    assert names == [f"常见问题答复第{faq_id}号"]


def test_a_publication_cut_short_goes_on_with_the_text_already_stored(office, monkeypatch):
    faq_id = office.draft()
    office.faqs.approve(faq_id, 1, "李四", TODAY)
    with monkeypatch.context() as cut:
        cut.setattr("knowledge.faq_documents.Faqs.stored", lambda *_: 1 / 0)
        assert office.do(JobKind.PUBLISH_FAQ, faq_id).state is JobState.FAILED
    assert office.do(JobKind.PUBLISH_FAQ, faq_id).state is JobState.DONE
    assert len([v for v in office.base.catalogue.versions() if v.format == "faq"]) == 1


def test_it_is_stale_the_moment_its_clause_is_replaced_and_comes_back_with_it(office):
    faq_id = office.draft()
    office.publish(faq_id)
    newer = office.add(CHANGED)
    faq = office.faqs.get(faq_id, TODAY)
    assert (faq.state, faq.why_stale) == (FaqState.STALE, Staleness.CHANGED)
    assert not office.answers_with("断交当月不发")
    office.base.intake.withdraw(newer.id)
    assert office.state(faq_id) is FaqState.PUBLISHED
    assert office.answers_with("断交当月不发")


def test_a_clause_that_only_got_another_number_still_bears_its_answer(office):
    faq_id = office.draft()
    office.publish(faq_id)
    office.add(RENUMBERED)
    assert office.state(faq_id) is FaqState.PUBLISHED
    assert office.answers_with("断交当月不发")


def test_a_clause_that_is_gone_is_named_as_gone(office):
    faq_id = office.draft()
    office.publish(faq_id)
    without = "\n".join(line for line in POLICY.splitlines() if not line.startswith("第二条"))
    office.add(without.replace("2026年3月1日起施行", "2026年4月1日起施行"))
    faq = office.faqs.get(faq_id, TODAY)
    assert (faq.state, faq.why_stale) == (FaqState.STALE, Staleness.GONE)


def test_it_holds_until_the_day_on_which_the_new_text_begins(office):
    faq_id = office.draft()
    office.publish(faq_id)
    office.add(CHANGED.replace("自2026年3月1日起施行", "自2027年1月1日起施行"))
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    assert office.state(faq_id, last) is FaqState.PUBLISHED
    assert office.answers_with("断交当月不发", last)
    assert office.state(faq_id, first) is FaqState.STALE
    assert not office.answers_with("断交当月不发", first)


def test_it_ends_on_the_day_on_which_its_paper_ends(office):
    faq_id = office.draft()
    office.publish(faq_id)
    last, after = date(2028, 2, 29), date(2028, 3, 1)
    assert office.state(faq_id, last) is FaqState.PUBLISHED
    faq = office.faqs.get(faq_id, after)
    assert (faq.state, faq.why_stale) == (FaqState.STALE, Staleness.ENDED)
    assert not office.answers_with("断交当月不发", after), "not even with a warning"


def test_it_ends_with_a_paper_that_another_one_repeals(office):
    faq_id = office.draft()
    office.publish(faq_id)
    office.add(
        "临江市人才安居办法\n临政发〔2026〕30号\n第一条　人才安居按本办法办理。\n"
        "第二条　本办法自2026年10月1日起施行。"
        "《临江市人才住房办法》（临政发〔2026〕8号）同时废止。\n"
        "临江市人民政府\n2026年9月1日\n",
        "安居办法.txt",
    )
    faq = office.faqs.get(faq_id, TODAY)
    assert (faq.state, faq.why_stale) == (FaqState.STALE, Staleness.ENDED)
    assert not office.answers_with("断交当月不发")


def test_it_is_silent_while_its_paper_is_withdrawn(office):
    faq_id = office.draft()
    office.publish(faq_id)
    (policy,) = [v for v in office.base.catalogue.versions() if v.format != "faq"]
    office.base.intake.withdraw(policy.id)
    faq = office.faqs.get(faq_id, TODAY)
    assert (faq.state, faq.why_stale) == (FaqState.STALE, Staleness.WITHDRAWN)
    assert not office.answers_with("断交当月不发")


def test_a_stale_answer_is_rewritten_for_the_new_clause_and_replaces_the_old_one(office):
    old = office.draft()
    office.publish(old)
    office.add(CHANGED)
    newest = office.base.catalogue.versions()[0]
    stored = office.base.catalogue.passages_of(newest.id)
    clause = next(office.faqs.clause(s.id) for s in stored if s.passage.label == "第二条")
    text = Wording(QUESTION, "断交当月不发，其余月份每月1500元。", (), clause)
    new = office.faqs.write(text, "张三", old)
    office.publish(new)
    assert office.state(old) is FaqState.RETIRED
    assert office.state(new) is FaqState.PUBLISHED
    assert office.answers_with("每月1500元")
    assert office.faqs.get(new, TODAY).document_id == office.faqs.get(old, TODAY).document_id


def test_publishing_a_draft_of_the_paper_says_beforehand_which_answers_it_ends(office):
    faq_id = office.draft()
    office.publish(faq_id)
    changed = office.add(CHANGED, draft=True)
    assert [f.id for f in office.faqs.touched_by(changed.id, TODAY)] == [faq_id]
    assert [f.id for f in office.faqs.citing(changed.document_id, TODAY)] == [faq_id]
    same = office.add(RENUMBERED, draft=True)
    assert office.faqs.touched_by(same.id, TODAY) == []


def test_an_answer_without_a_written_basis_says_so(office):
    faq_id = office.draft("目前没有统一要求，请咨询所在园区。", clause=None, is_unwritten=True)
    office.publish(faq_id)
    found = office.ask()
    assert isinstance(found, Answer)
    said = "暂无明文规定，以下为临江市人才服务中心答复：目前没有统一要求，请咨询所在园区。"
    assert found.parts[0].body == said
    assert found.parts[0].basis == UNWRITTEN_BASIS.format(title=f"常见问题答复第{faq_id}号")


def test_no_answer_grants_what_its_clause_does_not(office):
    with pytest.raises(NotPossible, match="3000元"):
        office.draft("每月3000元。")
    with pytest.raises(NotPossible, match="500元"):
        office.draft("每月另发500元。", clause=None, is_unwritten=True)
    with pytest.raises(NotPossible, match="依据"):
        office.draft(clause=None)
    assert unfounded("连发三年，每月2000元", office.clause()) == []


def test_a_retired_answer_answers_nobody(office):
    faq_id = office.draft()
    office.publish(faq_id)
    assert office.do(JobKind.RETIRE_FAQ, faq_id).state is JobState.DONE
    assert office.state(faq_id) is FaqState.RETIRED
    assert not office.answers_with("断交当月不发")
    assert office.base.indexes.check().clean


def test_an_answer_rests_on_a_paper_and_not_on_another_answer(office):
    faq_id = office.draft()
    office.publish(faq_id)
    (own,) = office.base.catalogue.passages_of(office.faqs.get(faq_id, TODAY).version_id)
    with pytest.raises(NotPossible, match="问答不能"):
        office.faqs.clause(own.id)


def test_a_question_asked_of_another_city_does_not_become_known_here(office):
    faq_id = office.faqs.write(
        Wording("杭州户口能申请吗", "以本办法为准。", (), office.clause()), "张三"
    )
    office.publish(faq_id)
    assert not any("杭州" in place for place in office.base.retriever.places(TODAY))


def test_where_papers_need_a_second_person_an_approved_answer_has_had_one(office):
    Lifecycle(office.base.catalogue.engine).require_second_person(True)
    faq_id = office.draft()
    office.publish(faq_id)
    assert office.answers_with("断交当月不发")
