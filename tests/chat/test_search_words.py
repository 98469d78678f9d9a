import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.search_index import words as taking_apart
from chat.search_index.words import (
    MAX_TERM,
    atoms,
    find,
    phrase_terms,
    spaced,
    spaced_phrase,
    terms,
)


def words(text: str) -> list[str]:
    return [atom.text for atom in atoms(text)]


def found(asked: str, said: str) -> list[str]:
    """What is found of it, as it is written there."""
    return [said[start:end] for start, end in find(atoms(asked), atoms(said))]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("STRASSE", "Straße"),
        ("cafe", "Café"),
        ("cafe\u0301", "Café"),
        ("abc123", "ＡＢＣ１２３"),
        ("fine", "ﬁne"),
        ("istanbul", "İstanbul"),
        ("αθηνα", "Αθήνα"),
        ("ガ", "ｶﾞ"),
        ("が", "か\u3099"),
        ("👍", "👍🏽"),
        ("❤", "❤️"),
        ("soft", "so\u00adft"),
    ],
)
def test_what_differs_only_to_the_eye_is_the_same(asked: str, said: str) -> None:
    assert found(asked, said) == [said]
    assert terms(asked) == terms(said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [("か", "が"), ("и", "й"), ("カ", "か"), ("work", "works"), ("10", "100"), ("用户", "用 户")],
)
def test_what_means_something_else_is_not(asked: str, said: str) -> None:
    assert found(asked, said) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't panic!", ["don", "t", "panic"]),
        ("https://example.org/a?b=1", ["https", "example", "org", "a", "b", "1"]),
        ("foo_bar(x)", ["foo", "bar", "x"]),
        ("第3章", ["第", "3", "章"]),
        ("日本語とPython", ["日", "本", "語", "と", "python"]),
        ("한국어", ["한", "국", "어"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("!!! … ？", []),
    ],
)
def test_a_text_is_words_and_glyphs(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_glyphs_are_indexed_alone_and_in_pairs() -> None:
    assert terms("中文字, ok") == {"中", "文", "字", "中文", "文字", "ok"}


def test_pairs_end_where_glyphs_do() -> None:
    assert "天气" not in terms("今天，气温")
    assert found("天气", "今天，气温") == []
    assert found("天 气", "今天，气温") == ["天，气"]


def test_glyphs_are_looked_up_by_their_pairs() -> None:
    assert phrase_terms(atoms("中文字")) == ["中文", "文字"]
    assert phrase_terms(atoms("中")) == ["中"]
    assert phrase_terms(atoms("中 文 ok")) == ["中", "文", "ok"]


def test_a_place_is_told_in_code_points_of_the_text() -> None:
    said = "😀 Ｃａｆé，das 中文"
    assert [said[a.start : a.end] for a in atoms(said)] == ["😀", "Ｃａｆé", "das", "中", "文"]


def test_a_pile_of_accents_is_taken_in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """To sort and to remember all of it at once would take long, and much memory."""
    pile = "a" + "\u0301\u0327" * 4_000
    folded: list[str] = []

    def noted(part: str) -> str:
        folded.append(part)
        return part

    with monkeypatch.context() as patch:
        patch.setattr(taking_apart, "_fold", noted)
        terms(pile)
    assert max(map(len, folded)) <= 31
    assert set(phrase_terms(atoms(pile))) <= terms(pile)


def test_a_very_long_word_is_cut_in_the_index_and_compared_whole() -> None:
    assert phrase_terms(atoms("a" * 100)) == ["a" * MAX_TERM] == list(terms("a" * 100))
    assert found("a" * 100, "a" * 101) == []


@given(st.text(), st.text(alphabet="aé字が\u0301\u3099ﾞﾊ ,👍🏽\u200d한ᄒ\u1161_"))
def test_whatever_is_found_is_found_by_the_index(one: str, other: str) -> None:
    text = one + other
    said = atoms(text)
    for phrase in (said[:1], said[:3], said[-2:], said):
        assert set(phrase_terms(phrase)) <= terms(text)


@given(st.text(), st.text(alphabet="aB é字が\u0301\u3099ﾞﾊ ,👍🏽\u200d한ᄒ\u1161_"))
def test_the_spaced_text_has_its_atoms_and_no_others(one: str, other: str) -> None:
    assert spaced(one + other) == spaced_phrase(atoms(one + other))


@given(st.text(alphabet="Az0_，。！～・「…〇々のアー字－＿Ａ１゛〸"))
def test_the_short_way_is_the_same_as_the_long_one(text: str) -> None:
    odd = "\u00e9 "  # any character that the short way does not know
    assert terms(text) == terms(odd + text) - {"e"} | (terms(text) & {"e"})


@given(st.text())
def test_a_term_breaks_no_statement(text: str) -> None:
    assert not any(set(term) & set(" \"'\\:@+&|!()<>*#{},\0") for term in terms(text))
