import pytest

from assistant.config import ServerConfig, server_config
from assistant.widget.sites import Site, read_sites


def sites_of(tmp_path, text):
    path = tmp_path / "sites.toml"
    path.write_text(text, "utf-8")
    return read_sites(path)


def test_a_site_is_an_id_with_its_origins_and_limits(tmp_path):
    sites = sites_of(
        tmp_path,
        'served_at = "http://127.0.0.1:7860"\n'
        '[sites.clinic]\norigins = ["https://www.clinic.example", "http://localhost:8080"]\n'
        "questions_per_minute_and_address = 3\n"
        '[sites.ward-7]\norigins = ["https://[2001:db8::1]:8443"]\n',
    )
    assert sites.served_at == "http://127.0.0.1:7860"
    assert dict(sites.by_id) == {
        "clinic": Site("clinic", ("https://www.clinic.example", "http://localhost:8080"), 60, 3),
        "ward-7": Site("ward-7", ("https://[2001:db8::1]:8443",), 60, 10),
    }


def test_a_page_may_ask_for_its_own_site_only(tmp_path):
    sites = sites_of(
        tmp_path,
        'served_at = "http://here.example"\n'
        '[sites.one]\norigins = ["https://one.example"]\n[sites.two]\norigins = ["https://two.example"]\n',
    )
    assert sites.may_ask("one", "https://one.example")
    assert sites.may_ask("one", "http://here.example")
    assert not sites.may_ask("one", "https://two.example")
    assert not sites.may_ask("three", "https://one.example")
    assert not sites.may_ask("one", "")
    assert not sites.may_ask("one", "null")


def test_without_an_own_origin_an_empty_one_is_not_taken_for_it(tmp_path):
    assert not sites_of(tmp_path, '[sites.one]\norigins = ["https://one.example"]\n').may_ask("one", "")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "https://*",
        "https://*.clinic.example",
        "https://www.clinic.example/",
        "https://www.clinic.example/page",
        "https://www.clinic.example?x",
        "https://www.clinic.example:443",
        "http://www.clinic.example:80",
        "https://www.clinic.example:99999",
        "https://user@www.clinic.example",
        "HTTPS://www.clinic.example",
        "https://WWW.clinic.example",
        "https://klinik-süd.example",
        "https://www.clinic.example 'self'",
        "https://www.clinic.example; script-src *",
        "www.clinic.example",
        "file:///page.html",
        "chrome-extension://abc",
        " https://www.clinic.example",
        7,
    ],
)
def test_only_exact_origins_are_taken(tmp_path, origin):
    with pytest.raises(ValueError, match="exact origin"):
        sites_of(tmp_path, f"[sites.clinic]\norigins = [{origin!r}]\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lists no site"),
        ("sites = 3", "lists no site"),
        ("[sites]", "lists no site"),
        ("[sites.clinic]", "origins is a list"),
        ("[sites.clinic]\norigins = []", "origins is a list"),
        ("[sites.clinic]\norigins = 'https://a.example'", "origins is a list"),
        ("[sites]\nclinic = 'https://a.example'", "sites.clinic is no table"),
        ("[sites.Clinic]\norigins = ['https://a.example']", "small letters"),
        ("[sites.'../x']\norigins = ['https://a.example']", "small letters"),
        ("[sites.clinic]\norigin = ['https://a.example']", "'origin' is not known"),
        ("[site.clinic]\norigins = ['https://a.example']", "'site' is not known"),
        ("[sites.clinic]\norigins = ['https://a.example']\nquestions_per_minute = 0", "from 1"),
        ("[sites.clinic]\norigins = ['https://a.example']\nquestions_per_minute = true", "from 1"),
        ("served_at = 'https://a.example/'\n[sites.clinic]\norigins = ['https://a.example']", "served_at"),
        ("[sites.clinic", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line_to_change(tmp_path, text, said):
    with pytest.raises(ValueError, match=said) as raised:
        sites_of(tmp_path, text)
    assert "ASSISTANT_WIDGET_SITES" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere\.toml cannot be read: No such file"):
        read_sites(tmp_path / "nowhere.toml")


def test_the_file_is_named_in_the_environment(tmp_path):
    assert server_config({}) == ServerConfig("127.0.0.1", 7860, None)
    assert server_config({"ASSISTANT_WIDGET_SITES": "sites.toml"}).widget_sites.name == "sites.toml"
