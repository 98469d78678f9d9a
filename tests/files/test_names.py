import pytest

from files.names import MARKS_MAX, NAME_MAX, clean_name, with_suffix


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("note.txt", "note.txt"),
        ("季度报告（终稿）.pdf", "季度报告（终稿）.pdf"),
        ("תמונה.png", "תמונה.png"),
        ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie_ b.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u2066b\ufeffc\u200b.txt", "abc.txt"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("e\u0301.txt", "é.txt"),
        ("  a   b .txt  ", "a b .txt"),
        ("", "file"),
        ("..", "file"),
        (" . ", "file"),
        ("a/", "file"),
        ("\ud800.txt", "txt"),
        ("\u3164\u2800", "file"),
    ],
)
def test_a_name_is_made_fit(given: str, name: str) -> None:
    assert clean_name(given) == name


def test_marks_do_not_pile_up() -> None:
    assert clean_name("a" + "\u0337" * 10_000 + ".txt") == "a" + "\u0337" * MARKS_MAX + ".txt"
    assert clean_name("\u0337" * 10_000) == "file"


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("字" * 10_000 + ".docx")
    assert (len(name), name[-6:]) == (NAME_MAX, "字.docx")
    assert len(clean_name("a." + "b" * 10_000)) == NAME_MAX


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.jpg", "a.jpg"),
        ("a.JPEG", "a.JPEG"),
        ("a.exe", "a.jpg"),
        ("a", "a.jpg"),
        ("Mr. Bean at home", "Mr. Bean at home.jpg"),
        (".hidden", ".hidden.jpg"),
        ("a" * NAME_MAX, "a" * (NAME_MAX - 4) + ".jpg"),
    ],
)
def test_a_picture_ends_as_what_it_is(name: str, ending: str) -> None:
    assert with_suffix(name, (".jpg", ".jpeg")) == ending
