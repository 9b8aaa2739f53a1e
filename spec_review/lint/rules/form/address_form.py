"""Whether addresses of mail and web are addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer, shown
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

MAIL: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
"""An address of mail: something, an at sign, something. More is for those who deliver it."""

REFERENCE: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))"  # a scheme, or no colon before the first slash
    r"(?:[^\s<>\"{}|\\^`%]|%[0-9A-Fa-f]{2})*"
)
"""A URL, or a reference relative to one (RFC 3986, and the letters of other languages)."""

ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
"""How a URI begins that does not depend on where it stands."""

OF_INFO: Final = (("termsOfService",), ("contact", "url"), ("license", "url"))
OF_FLOW: Final = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def faults(contract: Contract) -> Iterator[Fault]:
    """Find addresses that nobody can write to or open."""
    document = contract.document
    mail = document.value(("info", "contact", "email"))
    if isinstance(mail, str) and MAIL.fullmatch(mail) is None:
        said = f"{shown(mail)!r} is no address of mail"
        yield Fault(("info", "contact", "email"), said, "write name@example.com")
    for place in document.objects("schema"):
        namespace = mapping(mapping(document.value(place)).get("xml")).get("namespace")
        if isinstance(namespace, str) and ABSOLUTE.match(namespace) is None:
            said = f"the namespace {shown(namespace)!r} is no absolute URI"
            yield Fault((*place, "xml", "namespace"), said, "write https://example.com/schema")
    for place in addresses(document):
        url = document.value(place)
        if not isinstance(url, str):
            continue
        if REFERENCE.fullmatch(url) is None:
            yield Fault(place, f"{shown(url)!r} is no URL", "write https://example.com/page")
        elif not is_balanced(url):
            said = f"{shown(url)!r} has a parenthesis without its pair"
            yield Fault(place, said, "leave out what was copied along with the address")


def is_balanced(url: str) -> bool:
    """Tell whether each parenthesis has its pair: one alone was copied from the text around an address."""
    depth = 0
    for sign in url:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def addresses(document: Document) -> Iterator[Pointer]:
    """The places where OpenAPI has a URL that people open or tools call."""
    yield from (("info", *word) for word in OF_INFO)
    for kind in ("document", "tag", "operation", "schema"):
        for place in document.objects(kind):
            if "externalDocs" in mapping(document.value(place)):
                yield (*place, "externalDocs", "url")
    for place in document.objects("security scheme"):
        scheme = mapping(document.value(place))
        yield (*place, "openIdConnectUrl")
        yield (*place, "oauth2MetadataUrl")
        for flow in mapping(scheme.get("flows")):
            yield from ((*place, "flows", flow, word) for word in OF_FLOW)


RULE: Final = Rule(
    id="address-form",
    severity="error",
    sentence="Addresses of mail and URLs have the form of one.",
    why="People who need help, and tools that need a token, end at an address that is none.",
    breaks=shop(
        (
            "description: Shows what is for sale.}",
            "description: Shows what is for sale., contact: {url: ▸'ht<p://shop'}}",
        )
    ),
    keeps=shop(
        (
            "description: Shows what is for sale.}",
            "description: Shows what is for sale., contact: {url: 'http://shop'}}",
        )
    ),
    faults=faults,
)
