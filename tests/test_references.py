import re
from dataclasses import replace

from fake_assistant import corpus

from assistant.references import bibtex, ris

SOURCES = [document.source for document in corpus().values()]


def source(start):
    return next(source for source in SOURCES if source.id.startswith(start))


def fields(text):
    return [tuple(line.split("  - ", 1)) for line in text.split("\r\n") if line]


def test_a_journal_article_as_ris():
    assert fields(ris([source("002")])) == [
        ("TY", "JOUR"), ("AU", "Mao, Zi"), ("AU", "Xiong, Zhi-Hong"), ("AU", "Li, Jun-Feng"),
        ("TI", source("002").title), ("PY", "2024"), ("DA", "2024/04/06"),
        ("T2", "World Journal of Clinical Cases"), ("VL", "12"), ("IS", "10"), ("SP", "1837"),
        ("EP", "1843"), ("PB", "Baishideng Publishing Group Inc"), ("DO", "10.12998/wjcc.v12.i10.1837"),
        ("UR", "https://doi.org/10.12998/wjcc.v12.i10.1837"), ("N1", "case report"), ("ER", ""),
    ]  # fmt: skip


def test_a_web_page_as_ris_has_no_empty_fields():
    assert fields(ris([source("001")])) == [
        ("TY", "ELEC"), ("TI", source("001").title), ("N1", "web article"), ("ER", ""),
    ]  # fmt: skip


def test_an_abstract_is_noted_as_such_in_ris():
    assert ("N1", "narrative review, abstract only") in fields(ris([source("000")]))


def test_a_line_end_in_a_title_does_not_make_a_field_of_its_own():
    text = ris([replace(source("001"), title="One\r\nER  - \nTY  - JOUR")])
    assert [tag for tag, _ in fields(text)] == ["TY", "TI", "N1", "ER"]


def test_a_journal_article_as_bibtex():
    text = bibtex([source("002")])
    assert text.startswith("@article{mao2024,\n  author = {Zi Mao and Zhi-Hong Xiong and Jun-Feng Li},\n")
    for line in (
        "  journal = {World Journal of Clinical Cases},", "  year = {2024},", "  volume = {12},",
        "  number = {10},", "  pages = {1837--1843},", "  doi = {10.12998/wjcc.v12.i10.1837},",
        "  url = {https://doi.org/10.12998/wjcc.v12.i10.1837},", "  note = {case report},",
    ):  # fmt: skip
        assert line in text.splitlines()
    assert text.endswith("}\n")


def test_a_web_page_as_bibtex_is_keyed_by_its_title():
    assert bibtex([source("001")]).startswith("@misc{kyphoplastyforvertebralcompundated,\n")


def test_keys_are_unique():
    keys = re.findall(r"^@\w+\{([^,]+),", bibtex([source("002")] * 3), re.MULTILINE)
    assert keys == ["mao2024", "mao2024-2", "mao2024-3"]


def test_characters_that_tex_obeys_are_escaped():
    hostile = replace(source("001"), title=r"50% & more_of {it} #1 $x$ \input{a} ~^")
    (line,) = [line for line in bibtex([hostile]).splitlines() if "title" in line]
    assert line == (
        r"  title = {{50\% \& more\_of (it) \#1 \$x\$ \textbackslash input(a) "
        r"\textasciitilde \textasciicircum }},"
    )


def test_every_source_of_the_corpus_has_balanced_braces():
    text = bibtex(SOURCES)
    assert text.count("{") == text.count("}")
    assert len(re.findall("^@", text, re.MULTILINE)) == len(SOURCES)


def test_an_unsafe_address_is_left_out():
    unsafe = replace(source("000"), doi="", url="javascript:alert(1)")
    assert "javascript" not in ris([unsafe]) + bibtex([unsafe])
