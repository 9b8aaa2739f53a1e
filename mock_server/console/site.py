"""The pages: the console, reference pages of every contract, and the contracts as written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory

from mock_server.console.explained.page import Explained, explained
from mock_server.console.subject import Subject
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.http.proxies import is_forwarded

_STATIC = "/_sandbox/console"
# Nothing but our own files is loaded or run, whatever a contract or a request holds.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SWAGGER = "swagger_ui"


Contracts = Mapping[str, Contract]


def build_site(subject: Subject) -> WSGIMiddleware:
    """Return the pages as an ASGI application."""
    contracts = subject.contracts
    site = Flask("mock_server.console", static_url_path=_STATIC)
    by_name = {contract.name: contract for contract in contracts}

    @site.get("/")
    def console() -> Any:
        told = _front(subject)
        best = request.accept_mimetypes.best_match(["text/html", "application/json"])
        if best == "application/json":
            return jsonify(told)
        is_at_home = _is_at_home()
        shown = subject.fixtures if is_at_home else ()
        nobody = subject.anonymous_token if is_at_home else None
        base = request.host_url.rstrip("/") + request.script_root
        return render_template(
            "console.html",
            base=base,
            root=request.script_root or ".",
            fixtures=shown,
            anonymous_token=nobody() if nobody is not None else "",
            lives=sorted({name for contract in contracts for name in contract.lives}),
            events=_events(contracts),
            hooks=_hooks(contracts),
            operation_ids=_operation_ids(contracts),
            **told,
        )

    @site.get("/contracts")
    def all_contracts() -> Any:
        return jsonify(_front(subject)["contracts"])

    _guard(site)
    _add_contracts(site, by_name)
    _add_reference(site, by_name)
    _add_explain(site, by_name, subject)
    _add_errors(site, by_name)
    return WSGIMiddleware(site)  # type: ignore[arg-type]  # Flask is a WSGI application


def _events(contracts: Sequence[Contract]) -> list[str]:
    """Return what somebody outside may do, by the lives of all contracts."""
    lives = (life for contract in contracts for life in contract.lives.values())
    moves = (transition for life in lives for transition in life.transitions)
    return sorted({one.event for one in moves if one.event is not None})


def _hooks(contracts: Sequence[Contract]) -> list[str]:
    """Return the names of the webhooks that tell of states, by the lives of all contracts."""
    lives = (life for contract in contracts for life in contract.lives.values())
    return sorted({notice.webhook for life in lives for notice in life.notices})


def _operation_ids(contracts: Sequence[Contract]) -> list[str]:
    """Return by which ids a scenario may choose operations, each once: two contracts may have the same."""
    served = (one.operations for one in contracts if not one.is_control)
    return list(dict.fromkeys(operation.id for operations in served for operation in operations))


def _guard(site: Flask) -> None:
    @site.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.path == "/":  # it may hold what opens a world
            response.headers["Cache-Control"] = "no-store"
        return response


def _add_contracts(site: Flask, by_name: Contracts) -> None:
    """Serve the contracts as they are written."""

    @site.get("/contracts/<name>.<form>")
    def contract(name: str, form: str) -> Any:
        found = by_name.get(name)
        if found is None or form not in ("yaml", "json"):
            abort(404)
        if form == "json":
            text = json.dumps(found.document.data, ensure_ascii=False, indent=2)
            return Response(text, mimetype="application/json")
        return Response(found.document.text, mimetype="application/yaml")


def _add_reference(site: Flask, by_name: Contracts) -> None:
    """Serve the pages on which operations are tried, and the files that they need."""

    @site.get("/_sandbox/reference/<name>")
    def reference(name: str) -> Any:
        found = by_name.get(name) or abort(404)
        # Relative, so that it is right also behind a proxy that tells nothing of its prefix.
        root = request.script_root or "../.."
        return render_template("reference.html", contract=found, root=root)

    @site.get(f"{_STATIC}/documents/<name>.json")
    def document(name: str) -> Any:
        found = by_name.get(name) or abort(404)
        return Response(json.dumps(_served_from_here(found)), mimetype="application/json")

    @site.get(f"{_STATIC}/swagger/<path:name>")
    def swagger(name: str) -> Any:
        return send_from_directory(_swagger_files(), name)

    @site.get("/favicon.ico")
    def favicon() -> Any:
        return site.send_static_file("favicon.svg")


def _add_explain(site: Flask, by_name: Contracts, subject: Subject) -> None:
    """Serve the pages that tell what the sandbox does by a contract, each made once."""
    keeps = not subject.settings.stateless

    @cache
    def told(name: str) -> Explained:
        return explained(by_name[name], subject.declared, keeps=keeps)

    @site.get("/_sandbox/explain/<name>")
    def explain(name: str) -> Any:
        if name not in by_name:
            abort(404)
        return render_template(
            "explain.html", told=told(name), keeps=keeps, root=request.script_root or "../.."
        )


def _add_errors(site: Flask, by_name: Contracts) -> None:
    @site.errorhandler(404)
    def nothing(_error: Exception) -> Any:
        known = ", ".join(by_name)
        body = {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": f"There is no such page; the contracts are {known}.",
        }
        return Response(json.dumps(body), 404, mimetype="application/problem+json")

    @site.errorhandler(405)
    def other_method(error: Any) -> Any:
        allowed = ", ".join(sorted(error.valid_methods or ()))
        body = {
            "type": "about:blank",
            "title": "Method Not Allowed",
            "status": 405,
            "detail": f"{request.method} is not allowed here; allowed: {allowed}.",
        }
        return Response(
            json.dumps(body), 405, mimetype="application/problem+json", headers={"Allow": allowed}
        )


def _is_at_home() -> bool:
    """Tell whether the page is asked for on this machine, by a name of this machine, and through no proxy."""
    host = urlsplit(request.host_url).hostname or ""
    through = is_forwarded({name.lower(): value for name, value in request.headers})
    return (
        not through
        and _is_loopback(request.remote_addr or "")
        and (host == "localhost" or _is_loopback(host))
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _served_from_here(contract: Contract) -> dict[str, Any]:
    """Return a document whose operations are sent to this server, in a version that the reference page knows."""
    document = dict(contract.document.data)
    if str(document.get("openapi", "")).startswith("3.2"):
        document["openapi"] = "3.1.1"
    bases = contract.base_paths or ("",)
    document["servers"] = [{"url": request.script_root + base or "/"} for base in bases]
    return document


def _swagger_files() -> str:
    """Return the folder of the reference page's files, found without an import of what comes with them."""
    spec = find_spec(_SWAGGER)
    if spec is None or spec.origin is None:
        abort(404)
    return str(Path(spec.origin).parent / "static")


def _answered_by(contract: Contract, operation: Operation, remembered: frozenset[str]) -> str:
    if operation.submission:
        return f"the lifecycle {operation.submission.lifecycle}"
    if operation.status_of or operation.record_of:
        return "what was submitted"
    if contract.service:
        return "a service of the sandbox"
    return "what was kept" if operation.name in remembered else "the contract's examples"


def _front(subject: Subject) -> dict[str, Any]:
    return {
        "contracts": [
            {
                "name": contract.name,
                "title": contract.title,
                "summary": contract.summary,
                "yaml": f"/contracts/{quote(contract.name)}.yaml",
                "json": f"/contracts/{quote(contract.name)}.json",
                "reference": f"/_sandbox/reference/{quote(contract.name)}",
                "explain": f"/_sandbox/explain/{quote(contract.name)}",
                "is_ours": contract.is_control,
                "operations": [
                    {
                        "id": operation.id,
                        "method": operation.method.upper(),
                        "path": operation.path,
                        "summary": operation.summary,
                        "answered_by": _answered_by(contract, operation, subject.remembered),
                    }
                    for operation in contract.operations
                ],
            }
            for contract in subject.contracts
        ],
        # Only who they are: a secret is shown to nobody who has not shown one.
        "partners": [
            {**partner.attributes, "client_id": partner.client_id}
            for partner in subject.store.partners.all()
        ],
        "processing_delay": subject.settings.processing_delay,
    }
