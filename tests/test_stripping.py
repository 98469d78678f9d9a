"""What is taken out of scripts and style sheets, and that nothing else is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from chat.modules import all_modules
from chat.styles import FILES
from chatsite.stripping import strip_script, strip_style

ROOT = Path(settings.BASE_DIR)
DENO = str(Path(sys.executable).with_name("deno"))


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ("/** Says so. */\nlet a = 1; // one\n\n  let b = a;\n", "let a=1;let b=a;\n"),
        ("let a = \"// no comment\", b = '/* nor\\' this */';", None),
        ("let a = `// ${ b + `/* ${ { c: 1 }.c } */` }  two`;", None),
        ("let a = /[/*]\\/\\/ /g, b = c / d / e;", None),
        ("return /x y/.test(a)", "return/x y/.test(a)\n"),
        ("a = b + +c - -d; e = 1 .x;", "a=b+ +c- -d;e=1 .x;\n"),
        ("const f = async (a) => await a\nf()", "const f=async(a)=>await a\nf()\n"),
        ("class A {\n  #a = 1;\n  get b() {\n    return #a in this;\n  }\n}\n", None),
    ],
)
def test_only_what_people_read_goes(source: str, stripped: str | None) -> None:
    """Where no text is given, taking out the spaces that are left outside of words shows the same."""
    result = strip_script(source)
    if stripped is not None:
        assert result == stripped
    assert strip_script(result) == result


def test_what_is_in_a_string_a_template_or_a_pattern_stays() -> None:
    kept = ['"// no comment"', "'/* nor this */'", "`a  // ${b}  c`", "/[/*]  x/u"]
    assert strip_script(f"f( {' ,  '.join(kept)} ) ;\n") == f"f({','.join(kept)});\n"


def test_a_line_break_that_ends_a_statement_stays() -> None:
    assert strip_script("let a = b\n  ++c\n") == "let a=b\n++c\n"


@pytest.mark.parametrize("source", ["let a = 'b", "let a = `b ${c", "let a = \\b", "let a = /b"])
def test_what_it_does_not_understand_it_refuses(source: str) -> None:
    with pytest.raises(ValueError, match=r"script|end"):
        strip_script(source)


def test_a_style_sheet_keeps_the_spaces_that_mean_something() -> None:
    source = (
        "/* a */\n.a {\n  & :hover { margin: calc(1px + 2px) -1px; }\n  b: ' ; } ';\n}\n.c .d {}"
    )
    assert strip_style(source) == (".a{& :hover{margin: calc(1px + 2px) -1px;}b: ' ; } ';}.c .d{}")


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every module as it is served."""
    folder = tmp_path_factory.mktemp("stripped")
    for name, path in all_modules().items():
        target = folder / "js" / name.removeprefix("chat/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(strip_script(path.read_text()))
    config = {"imports": {"chat/": "./js/"}, "lock": False}
    (folder / "deno.json").write_text(json.dumps(config))
    return folder


def deno(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    quiet = {"DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [DENO, *arguments],
        cwd=cwd,
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_still_parses(stripped: Path) -> None:
    # Formatting a copy is the quickest way to have each of them parsed.
    assert len(list(stripped.rglob("*.js"))) == len(all_modules())
    result = deno("fmt", "--quiet", "--no-config", "--ext=js", str(stripped / "js"), cwd=stripped)
    assert result.returncode == 0, result.stderr


def test_the_scripts_own_tests_pass_on_what_is_served(stripped: Path) -> None:
    config = str(stripped / "deno.json")
    result = deno("test", "--quiet", "--no-check", "--no-remote", "--allow-read",
                  "--config", config, str(ROOT / "tests" / "js"))  # fmt: skip
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]


def test_every_style_sheet_has_its_place() -> None:
    there = sorted(f"css/{path.name}" for path in (ROOT / "static" / "css").glob("*.css"))
    assert sorted(FILES) == there
