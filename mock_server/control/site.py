"""The pages: what is served, who the partners are, how to get a token, and the contracts as written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request

from mock_server.contracts.contract import Contract
from mock_server.settings import Settings
from mock_server.storage.store import Store

PAGES = ("/contracts/",)


def build_site(contracts: Sequence[Contract], settings: Settings, store: Store) -> Flask:
    """Return the pages as a WSGI application."""
    site = Flask("mock_server.control", template_folder="templates")
    by_name = {contract.name: contract for contract in contracts}

    @site.get("/")
    def front() -> Any:
        told = _front(contracts, settings, store)
        best = request.accept_mimetypes.best_match(["text/html", "application/json"])
        if best == "application/json":
            return jsonify(told)
        return render_template("front.html", base=request.host_url.rstrip("/"), **told)

    @site.get("/contracts/<name>.<form>")
    def contract(name: str, form: str) -> Any:
        found = by_name.get(name)
        if found is None or form not in ("yaml", "json"):
            abort(404)
        if form == "json":
            text = json.dumps(found.document.data, ensure_ascii=False, indent=2)
            return Response(text, mimetype="application/json")
        return Response(found.document.text, mimetype="application/yaml")

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
            "detail": f"{request.method} is not allowed here; {allowed} is.",
        }
        return Response(
            json.dumps(body), 405, mimetype="application/problem+json", headers={"Allow": allowed}
        )

    return site


def _front(contracts: Sequence[Contract], settings: Settings, store: Store) -> dict[str, Any]:
    return {
        "contracts": [
            {
                "name": contract.name,
                "title": contract.title,
                "summary": contract.summary,
                "yaml": f"/contracts/{contract.name}.yaml",
                "json": f"/contracts/{contract.name}.json",
                "operations": [
                    {
                        "id": operation.id,
                        "method": operation.method.upper(),
                        "path": operation.path,
                        "summary": operation.summary,
                    }
                    for operation in contract.operations
                ],
            }
            for contract in contracts
        ],
        # Only who they are: a secret is shown to nobody who has not shown one.
        "partners": [
            {**partner.attributes, "client_id": partner.client_id}
            for partner in store.partners.all()
        ],
        "processing_delay": settings.processing_delay,
    }
