"""A document's life, through real SQL, FTS5 and Chroma: what can be found when."""

from datetime import date

import pytest
from sqlalchemy import event

from knowledge.documents import VersionStatus
from knowledge.intake import IntakeStatus
from knowledge.lifecycle import Lifecycle, NotPossible
from knowledge.likeness import SamePaper
from tests.knowledge.asking import found_texts
from tests.knowledge.papers import POLICY

IN_2026, IN_2027 = date(2026, 6, 1), date(2027, 6, 1)
NEXT = POLICY.replace("二千元", "三千元").replace("2026年3月1日", "2027年1月1日")
CORRECTED = POLICY.replace("二千元", "二千五百元")


@pytest.fixture
def life(base):
    return Lifecycle(base.catalogue.engine)


def amounts(base, day):
    """The amounts that a question finds on a day."""
    texts = found_texts(base, "博士租房补贴每月多少", day)
    return [a for a in ("二千元", "二千五百元", "三千元") if a in texts]


def statuses(base):
    return [v.status for v in base.catalogue.versions()]


def test_a_draft_is_stored_whole_and_found_by_nobody(base, write):
    result = base.intake.add(write("办法.txt", POLICY), draft=True)
    assert result.status is IntakeStatus.DRAFTED
    (version,) = base.catalogue.versions()
    assert version.status is VersionStatus.DRAFT
    assert len(base.catalogue.passages_of(version.id)) == result.passages > 0
    assert amounts(base, IN_2026) == []
    assert base.indexes.check().clean


def test_a_draft_beside_a_published_version_changes_no_answer(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", NEXT), draft=True)
    assert amounts(base, IN_2027) == ["二千元"]


def test_a_published_draft_is_found_at_once_and_the_old_text_no_more(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", CORRECTED), draft=True)
    base.intake.publish(base.catalogue.versions()[0].id)
    assert amounts(base, IN_2026) == ["二千五百元"]
    assert statuses(base) == [VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED]
    assert base.indexes.check().clean


def test_until_a_new_version_begins_the_old_one_answers(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", NEXT))
    assert amounts(base, IN_2026) == ["二千元"]
    assert amounts(base, IN_2027) == ["三千元"]
    assert base.indexes.check().clean


def test_a_text_that_was_only_corrected_is_read_on_no_day(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", CORRECTED))
    base.intake.add(write("办法.txt", NEXT))
    assert amounts(base, IN_2026) == ["二千五百元"]
    assert amounts(base, IN_2027) == ["三千元"]


def test_withdrawing_a_version_restores_the_one_before_it(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", CORRECTED))
    base.intake.withdraw(base.catalogue.versions()[0].id)
    assert amounts(base, IN_2026) == ["二千元"]
    assert statuses(base) == [VersionStatus.WITHDRAWN, VersionStatus.PUBLISHED]
    assert base.indexes.check().clean


def test_withdrawing_the_only_version_leaves_nothing_to_answer_from(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.withdraw(base.catalogue.versions()[0].id)
    assert amounts(base, IN_2026) == []
    assert base.fulltext.ids() == base.vectors.ids() == set()


def test_a_withdrawn_version_can_be_published_again(base, write):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    base.intake.withdraw(version.id)
    base.intake.publish(version.id)
    assert amounts(base, IN_2026) == ["二千元"]
    assert base.indexes.check().clean


def test_retiring_a_document_takes_its_past_out_too(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", NEXT))
    base.intake.retire(base.catalogue.versions()[0].document_id)
    assert amounts(base, IN_2026) == amounts(base, IN_2027) == []
    assert base.indexes.check().clean


def test_a_draft_goes_to_its_reviewer_and_back(base, life, write):
    base.intake.add(write("办法.txt", POLICY), draft=True)
    (version,) = base.catalogue.versions()
    assert life.submit(version.id).version.status is VersionStatus.IN_REVIEW
    with pytest.raises(NotPossible, match="不是草稿"):
        life.submit(version.id)
    assert life.submit(version.id, back=True).version.status is VersionStatus.DRAFT


@pytest.mark.parametrize(("step", "words"), [("publish", "已经发布"), ("submit", "不是草稿")])
def test_a_step_that_makes_no_sense_is_refused_and_changes_nothing(base, life, write, step, words):
    base.intake.add(write("办法.txt", POLICY))
    (version,) = base.catalogue.versions()
    mark = base.catalogue.changed()
    with pytest.raises(NotPossible, match=words):
        getattr(life, step)(version.id)
    assert base.catalogue.changed() == mark
    assert statuses(base) == [VersionStatus.PUBLISHED]


def test_a_superseded_version_cannot_be_published_past_the_newer_one(base, life, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", CORRECTED))
    with pytest.raises(NotPossible, match="撤回"):
        life.publish(base.catalogue.versions()[1].id)


def test_a_publication_that_fails_halfway_leaves_everything_as_it_was(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("办法.txt", CORRECTED), draft=True)
    draft = base.catalogue.versions()[0]

    def fail(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO passages_fts"):
            raise OSError("the disk is full")

    event.listen(base.catalogue.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="full"):
        base.intake.publish(draft.id)
    event.remove(base.catalogue.engine, "before_cursor_execute", fail)
    assert amounts(base, IN_2026) == ["二千元"]
    assert statuses(base) == [VersionStatus.DRAFT, VersionStatus.PUBLISHED]
    base.intake.publish(draft.id)
    assert amounts(base, IN_2026) == ["二千五百元"]
    assert base.indexes.check().clean


def test_a_file_whose_draft_waits_is_published_when_it_comes_again(base, write):
    path = write("办法.txt", POLICY)
    base.intake.add(path, draft=True)
    assert base.intake.add(path, draft=True).status is IntakeStatus.UNCHANGED
    assert base.intake.add(path).status is IntakeStatus.ADDED
    assert amounts(base, IN_2026) == ["二千元"]
    assert len(base.catalogue.versions()) == 1


# -- papers under several names, names for several papers ------------------------------------


def test_the_same_bytes_under_another_name_are_not_taken_in_twice(base, write):
    base.intake.add(write("办法.txt", POLICY))
    result = base.intake.add(write("办法（最终版）.txt", POLICY))
    assert result.status is IntakeStatus.UNCHANGED
    assert "办法.txt" in result.notes[0]
    assert len(base.catalogue.versions()) == 1


def test_a_corrected_copy_under_another_name_is_a_new_version(base, write):
    base.intake.add(write("办法.txt", POLICY))
    result = base.intake.add(write("办法（更正）.txt", CORRECTED))
    assert result.status is IntakeStatus.UPDATED
    assert "办法.txt" in result.notes[0]
    assert amounts(base, IN_2026) == ["二千五百元"]


def test_both_are_kept_or_the_new_one_dropped_when_that_is_asked_for(base, write):
    base.intake.add(write("办法.txt", POLICY))
    copy = write("更正.txt", CORRECTED)
    assert base.intake.add(copy, same=SamePaper.CANCEL).status is IntakeStatus.UNCHANGED
    assert len(base.catalogue.versions()) == 1
    assert base.intake.add(copy, same=SamePaper.KEEP_BOTH).status is IntakeStatus.ADDED
    assert len({v.document_id for v in base.catalogue.versions()}) == 2


def test_another_paper_of_the_same_file_name_does_not_push_out_the_first(base, write):
    base.intake.add(write("附件1.txt", POLICY))
    other = (
        "临江市人才子女入学细则\n第一条　人才子女由教育局统筹安排学位。\n第二条　每年六月申请。\n"
    )
    result = base.intake.add(write("附件1.txt", other))
    assert result.status is IntakeStatus.ADDED
    assert "同名文件" in result.notes[0]
    assert amounts(base, IN_2026) == ["二千元"]
    again = base.intake.add(write("附件1.txt", other.replace("六月", "七月")))
    assert again.status is IntakeStatus.UPDATED
    assert len({v.document_id for v in base.catalogue.versions()}) == 2


def test_a_paper_with_another_number_is_another_paper_however_alike(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("新办法.txt", CORRECTED.replace("8号", "9号")))
    assert len({v.document_id for v in base.catalogue.versions()}) == 2


# -- what staff decide -----------------------------------------------------------------------

EDITION = POLICY.replace("二千元", "三千元").replace("8号", "9号").replace("2026年3月", "2027年3月")


def document(base, name):
    return next(v.document_id for v in base.catalogue.versions() if v.file_name == name)


def test_a_later_edition_under_the_same_title_ends_the_earlier_one(base, write):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", EDITION))
    assert amounts(base, IN_2026) == ["二千元"]
    assert amounts(base, IN_2027) == ["三千元"]


def test_staff_can_overrule_and_restore_what_the_titles_say(base, life, write):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", EDITION))
    newer, older = document(base, "新.txt"), document(base, "旧.txt")
    life.rule(newer, older, False)
    assert amounts(base, IN_2027) == ["二千元", "三千元"]
    life.rule(newer, older, None)
    assert amounts(base, IN_2027) == ["三千元"]


def test_staff_can_say_that_a_document_is_superseded_where_no_text_says_so(base, life, write):
    base.intake.add(write("旧.txt", POLICY))
    base.intake.add(write("新.txt", EDITION.replace("人才住房办法", "青年安居规定")))
    assert amounts(base, IN_2027) == ["二千元", "三千元"]
    life.rule(document(base, "新.txt"), document(base, "旧.txt"), True)
    assert amounts(base, IN_2027) == ["三千元"]


def test_a_document_cannot_supersede_itself(base, life, write):
    base.intake.add(write("旧.txt", POLICY))
    with pytest.raises(NotPossible, match="自己"):
        life.rule(document(base, "旧.txt"), document(base, "旧.txt"), True)
