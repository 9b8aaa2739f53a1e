"""Orders that are paid, sent, or forgotten: the document whose edited copies show rules about lives."""

from __future__ import annotations

from typing import Final

from spec_review.lint.rule import Sample
from spec_review.lint.samples import SHOP

PATHS: Final = """\
paths:
  /orders:
    post:
      operationId: placeOrder
      summary: Place an order
      x-resource: {lifecycle: order, does: create}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewOrder'}
            example: {thing: a1}
      responses:
        '201':
          description: Placed.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
              example: {number: o1, state: Placed, thing: a1}
        '400': {$ref: '#/components/responses/Refused'}
  /orders/{number}:
    parameters: [{name: number, in: path, required: true, description: Its number., schema: {type: string}, example: o1}]
    get:
      operationId: showOrder
      summary: Show an order
      x-resource: {lifecycle: order, does: read}
      responses:
        '200':
          description: The order.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
              example: {number: o1, state: Placed, thing: a1}
        '404': {$ref: '#/components/responses/Refused'}
  /orders/{number}/send:
    parameters: [{name: number, in: path, required: true, description: Its number., schema: {type: string}, example: o1}]
    post:
      operationId: sendOrder
      summary: Send an order
      responses:
        '200':
          description: Sent.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
              example: {number: o1, state: Sent, thing: a1}
        '404': {$ref: '#/components/responses/Refused'}
  /payments:
    post:
      operationId: pay
      summary: Pay for an order
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Payment'}
            example: {order: o1}
      responses:
        '204': {description: Paid.}
        '400': {$ref: '#/components/responses/Refused'}
"""
LIVES: Final = """\
webhooks:
  order-sent:
    post:
      operationId: orderSent
      summary: An order was sent
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
            example: {number: o1, state: Sent, thing: a1}
      responses:
        '204': {description: Heard.}
        '400': {$ref: '#/components/responses/Refused'}
components:
  x-lifecycles:
    order:
      key: [/number]
      state: /state
      states:
        Placed: {initial: true}
        Paid: {}
        Sent: {final: true}
        Forgotten: {final: true}
      transitions:
        - {from: Placed, to: Paid, by: {operation: pay}, when: request.order == self.number}
        - {from: Paid, to: Sent, by: {operation: sendOrder}}
        - {from: Placed, to: Forgotten, after: P7D}
      notify: [{on: Sent, webhook: order-sent}]
  responses:
    Refused:
      description: It is refused.
      content:
        application/problem+json:
          schema: {$ref: '#/components/schemas/Problem'}
          example: {type: about:blank, title: Refused, status: 400, detail: No.}
  schemas:
    NewOrder:
      type: object
      description: An order before it is placed.
      required: [thing]
      properties:
        thing: {type: string, description: What is ordered.}
    Payment:
      type: object
      description: A payment for an order.
      required: [order]
      properties:
        order: {type: string, description: The number of the order.}
    Order:
      type: object
      description: An order.
      required: [number, state]
      properties:
        number: {type: string, description: Its number.}
        state: {type: string, description: Where it stands., enum: [Placed, Paid, Sent, Forgotten]}
        thing: {type: string, description: What is ordered.}
"""
_HEAD = 'openapi: 3.1.1\ninfo: {title: Orders, version: "1", description: Takes orders.}\nsecurity: []\n'
_PROBLEM = SHOP[SHOP.index("    Problem:") :]
ORDERS: Final = f"{_HEAD}{PATHS}{LIVES}{_PROBLEM}"


def orders(*edits: tuple[str, str]) -> Sample:
    """Return the orders with some of their parts replaced."""
    return Sample(ORDERS, edits)
