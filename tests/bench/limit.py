"""The limit: a bare Starlette endpoint that parses the body and answers a constant. Run: limit.py PORT."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ID = "1b7901db-4879-4616-8052-c73e29664bda"
ACCEPTED = f'{{"status_check_id":"{ID}","status_check_uri":"/api/v2/Clients/Status/{ID}"}}'.encode()
COMPLETED = (
    '{"status":"Completed","result":[{"data":{"partner_client_id":"'
    f'{ID}","client_start_date":"2024-04-23T13:44:03.585Z","entity_type":"SoleTrader",'
    '"other_identifiers":[{"key":"MerchantId","values":["123456"]}]},'
    '"status":{"state":"Completed","validation_errors":[]}}]}'
).encode()


async def accept(request: Request) -> Response:
    await request.json()
    return Response(ACCEPTED, 202, media_type="application/json")


async def status(_request: Request) -> Response:
    return Response(COMPLETED, media_type="application/json")


app = Starlette(
    routes=[
        Route("/api/v2/Clients", accept, methods=["POST"]),
        Route("/api/v2/Clients/Status/{status_check_id}", status, methods=["GET"]),
        Route("/crmapi/rest/v2/customer_events/purchases/preview", accept, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
    )
