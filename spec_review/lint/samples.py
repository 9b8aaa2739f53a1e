"""The two documents whose edited copies show each rule broken and kept."""

from __future__ import annotations

from typing import Final

from spec_review.lint.rule import Sample

SHOP: Final = """\
openapi: 3.1.1
info: {title: Shop, version: "1", description: Shows what is for sale.}
security: []
paths:
  /things/{id}:
    get:
      operationId: getThing
      summary: Show a thing
      parameters:
        - {name: id, in: path, required: true, description: Its number., schema: {type: string}, example: a1}
        - $ref: '#/components/parameters/Language'
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              example: {id: a1, price: 5}
        '404':
          description: There is no such thing.
          content:
            application/problem+json:
              schema: {$ref: '#/components/schemas/Problem'}
              example: {type: about:blank, title: Not Found, status: 404, detail: No a1.}
components:
  parameters:
    Language:
      name: language
      in: query
      description: The language of the answer.
      schema: {type: string}
      example: en
  schemas:
    Thing:
      type: object
      description: A thing for sale.
      required: [id]
      properties:
        id: {type: string, description: Its number.}
        price: {type: number, description: What it costs., minimum: 0}
    Problem:
      type: object
      description: An error as RFC 9457 describes it.
      required: [type, title, status, detail]
      properties:
        type: {type: string, description: The kind.}
        title: {type: string, description: The kind in words.}
        status: {type: integer, description: The HTTP status.}
        detail: {type: string, description: What happened.}
"""
"""A contract without a lifecycle."""

PARCELS: Final = """\
openapi: 3.1.1
info: {title: Parcels, version: "1", description: Takes parcels.}
security: []
paths:
  /parcels:
    post:
      operationId: sendParcels
      summary: Send parcels
      x-submission: {lifecycle: parcel, processing: asynchronous}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
            examples:
              light: {value: [{number: a1, weight: 2, lifters: 1}]}
              lonely: {x-breaks: liftable, value: [{number: a2, weight: 30, lifters: 1}]}
      responses:
        '202':
          description: Accepted.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Accepted'}
              example: {id: 17}
          links:
            status: {operationId: getStatus, parameters: {id: $response.body#/id}}
        '400': {$ref: '#/components/responses/Problem'}
  /parcels/status/{id}:
    get:
      operationId: getStatus
      summary: Ask how parcels stand
      x-status-of: [sendParcels]
      parameters:
        - {name: id, in: path, required: true, description: The submission., schema: {type: integer}, example: 17}
      responses:
        '200':
          description: How they stand.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Status'}
              example: {status: Completed, result: [{data: {}, status: {state: Completed, validation_errors: []}}]}
        '404': {$ref: '#/components/responses/Problem'}
  /parcels/{number}:
    get:
      operationId: getParcel
      summary: Read a parcel
      x-record-of: parcel
      parameters:
        - {name: number, in: path, required: true, description: The parcel., schema: {type: string}, example: a1}
      responses:
        '200':
          description: The parcel.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Parcel'}
              example: {number: a1, weight: 2, lifters: 1}
        '404': {$ref: '#/components/responses/Problem'}
components:
  x-lifecycles:
    parcel:
      key: [number]
      records: parcels
      states: &states
        Pending: {initial: true}
        Completed: {saved: true}
        Duplicate: {}
        Conflict: {}
        Failed: {}
      outcomes:
        - {when: rival-in-request, then: Conflict, source: guide 1}
        - {when: invalid, then: Failed, source: guide 2}
        - {when: twin-in-request, then: Duplicate, source: guide 3}
        - {when: twin-saved, then: Duplicate, source: guide 4}
        - {when: rival-saved, then: Duplicate, silence: P1}
        - {when: otherwise, then: Completed, source: guide 5}
  responses:
    Problem:
      description: The request is refused.
      content:
        application/problem+json:
          schema: {$ref: '#/components/schemas/Problem'}
          example: {type: about:blank, title: Bad Request, status: 400, detail: No array.}
  schemas:
    Parcel:
      type: object
      description: A parcel.
      required: [number, weight, lifters]
      properties:
        number: {type: string, description: What is written on it., pattern: '^[a-z0-9]+$'}
        weight: {type: number, description: In kilograms., minimum: 0}
        lifters: {type: integer, description: How many people lift it., minimum: 1}
        note: {type: string, description: What else is to say.}
      x-rules:
        - id: liftable
          rule: self.weight <= 20.0 || self.lifters > 1
          message: a parcel above 20 kg needs two lifters
          source: guide 6
    Accepted:
      type: object
      description: The submission was accepted.
      required: [id]
      properties:
        id: {type: integer, description: Its number.}
    Status:
      type: object
      description: How a submission stands.
      required: [status, result]
      properties:
        status: {type: string, enum: [Pending, Completed], description: Completed when nothing is Pending.}
        result:
          type: array
          description: The parcels in request order.
          items:
            type: object
            properties:
              data: {type: object, description: The parcel as it was sent.}
              status:
                type: object
                description: Where it stands.
                properties:
                  state: {type: string, description: The state., enum: [Pending, Completed, Duplicate, Conflict, Failed]}
                  validation_errors: {type: array, description: Why., items: {type: string}}
    Problem:
      type: object
      description: An error as RFC 9457 describes it.
      required: [type, title, status, detail]
      properties:
        type: {type: string, description: The kind.}
        title: {type: string, description: The kind in words.}
        status: {type: integer, description: The HTTP status.}
        detail: {type: string, description: What happened.}
x-silences:
  - id: P1
    question: What of a parcel with the number of a saved one and other data?
    choice: Duplicate.
    alternatives: [Conflict]
    basis: The guide does not say.
"""
"""A contract with a lifecycle."""


def shop(*edits: tuple[str, str]) -> Sample:
    """Return the shop with some of its parts replaced."""
    return Sample(SHOP, edits)


def parcels(*edits: tuple[str, str]) -> Sample:
    """Return the parcels with some of their parts replaced."""
    return Sample(PARCELS, edits)
