"""Text as tools write it, made fit to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.scanners.text import masked, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  as it is ", "as it is"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<b>bold</b> &amp; <i class='x'>slanted</i>", "bold & slanted"),
        ("<tr><td>left</td><td>right</td></tr>", "left right"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("once only: &amp;lt;", "once only: &lt;"),
        ("a&nbsp;b &#39;c&#x27;", "a b 'c'"),
        ("AT&T and R&D", "AT&T and R&D"),
        ("before<!-- a <b>comment</b> -->after", "beforeafter"),
        ("<!DOCTYPE html>text", "text"),
        ("open <!-- without an end", "open <!-- without an end"),
        ("<p>one</p>\r\n \r\n\r\n<p>two</p>", "one\n\ntwo"),
        ("&#0;&#x110000;", "\ufffd\ufffd"),
    ],
)
def test_html_is_shown_as_a_reader_would_see_it(text: str, shown: str) -> None:
    """Markup goes, breaks and cells stay apart, entities are resolved once."""
    assert plain(text) == shown


def test_a_text_of_many_openings_is_read_in_one_go() -> None:
    """Hostile markup costs no more than its length: none of it is searched again and again."""
    for piece in ("<!--", "<br", "<a ", "&amp", " \n", "<", " "):
        assert piece.strip() in plain("<i>x</i>" + piece * 200_000)


def test_a_long_text_is_the_same_as_a_short_one() -> None:
    """Only short texts are remembered."""
    assert plain("<b>x</b>" * 10_000) == "x" * 10_000
    assert plain("<b>x</b>") == plain("<b>x</b>") == "x"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [masked]"),
        ("authorization: bearer abc.def-ghi, next", "authorization: bearer [masked], next"),
        ("Proxy-Authorization: Digest username=x", "Proxy-Authorization: Digest [masked]"),
        ("Cookie: a=b; c=d\r\nHost: x", "Cookie: [masked]\r\nHost: x"),
        ("Set-Cookie: id=1; Path=/", "Set-Cookie: [masked]"),
        ("JSESSIONID=AD00240A932835EDD60B3F74; Path=/", "JSESSIONID=[masked]; Path=/"),
        ("PHPSESSID=e52a07f0fe53c0294ae2", "PHPSESSID=[masked]"),
        ("ASP.NET_SessionId=abcdefghijkl", "ASP.NET_SessionId=[masked]"),
        ('{"password": "correct horse battery"}', '{"password": "[masked]"}'),
        ("password='correct horse' next", "password='[masked]' next"),
        ("pwd=hunter2&next=1", "pwd=[masked]&next=1"),
        ("X-Api-Key: 12345678", "X-Api-Key: [masked]"),
        ("passphrase: abcdef", "passphrase: [masked]"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [masked]"),
        ("https://user:hunter2@host.example/x", "https://user:[masked]@host.example/x"),
        ("key AKIAIOSFODNN7EXAMPLE.", "key [masked]."),
        ("ghp_abcdefghijklmnopqrst0123", "[masked]"),
        ("github_pat_11ABCDEFG0abcdefghijkl", "[masked]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[masked]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest", "[masked]\nrest"),
        ("-----BEGIN PRIVATE KEY-----\ncut off", "[masked]"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, kept: str) -> None:
    """What it is the secret of stays readable."""
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "the password must be changed",
        "Set-Cookie: opvc",
        "The password field: -",
        "token",
        "https://host.example:8443/path@2",
        "a session timeout = 30 minutes",
        "Basic authentication is used",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_what_names_no_secret_stays(text: str) -> None:
    """A word alone is no secret."""
    assert masked(text) == text


def test_masking_twice_changes_nothing_more() -> None:
    """What was masked is not masked again."""
    once = masked("password=hunter2 Cookie: a=b\nAuthorization: Basic dXNlcjpwYXNz")
    assert masked(once) == once


def test_a_text_of_many_beginnings_of_secrets_is_masked_in_one_go() -> None:
    """Hostile text costs no more than its length."""
    for piece in ("password", "password ", "-----BEGIN ", "eyJaaaaaaaa.", "://a:", "sess", "cookie:", "AKIA"):
        assert masked(piece * 20_000)


@given(text=st.text() | st.from_regex(r"[<>&;!a-z#0-9 =:/\n-]{0,80}"))
def test_no_text_breaks_them(text: str) -> None:
    """Reports hold anything."""
    assert isinstance(masked(plain(text)), str)
