"""What a contract remembers, told to people and to programs."""

from __future__ import annotations

from collections.abc import Iterator

from mock_server.resources.inference import Inference
from mock_server.resources.resource import Resource
from openapi_documents.pointers import escape


def as_json(contract: str, inference: Inference) -> dict[str, object]:
    """Return the map as a JSON value."""
    return {
        "contract": contract,
        "resources": [_resource(resource) for resource in inference.resources],
        "others": [{"path": path, "why": why} for path, why in inference.others.items()],
    }


def _resource(resource: Resource) -> dict[str, object]:
    return {
        "name": resource.name,
        "path": resource.path,
        "key": "".join(f"/{escape(name)}" for name in resource.key),
        "at": "".join(f"/{escape(name)}" for name in resource.item.at),
        "in": resource.parent,
        "single": resource.is_single,
        "inferred": resource.life is None,
        "lifecycle": resource.life,
        "why": resource.why,
        "operations": [
            {
                "does": binding.does.value,
                "method": binding.operation.method.upper(),
                "path": binding.operation.path,
                "id": binding.operation.id,
                "request": _pointer(binding.request.at) if binding.request else None,
                "answer": _pointer(binding.answer.at) if binding.answer else None,
                "many": binding.is_many,
            }
            for binding in resource.bindings.values()
        ],
    }


def _pointer(way: tuple[str, ...]) -> str:
    return "".join(f"/{escape(name)}" for name in way)


def as_text(contract: str, inference: Inference) -> Iterator[str]:
    """Yield the map in lines."""
    count = len(inference.resources)
    yield f"{contract}: {count} resource{'' if count == 1 else 's'}"
    for resource in inference.resources:
        yield ""
        kind = "there is one" if resource.is_single else f"named by {_pointer(resource.key)}"
        life = f", lives as {resource.life}" if resource.life else ""
        yield f"{resource.name}  {resource.path}  ({kind}{life})"
        for binding in resource.bindings.values():
            operation = binding.operation
            target = f"{operation.method.upper()} {operation.path}"
            yield f"  {binding.does.value:<18} {target}"
        inside = f"; it is in {resource.parent}" if resource.parent else ""
        yield f"  because there are {resource.why}{inside}"
    if inference.others:
        yield ""
        yield "Not remembered:"
    for path, why in inference.others.items():
        yield f"  {path}: {why}"
