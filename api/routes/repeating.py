"""Idempotency keys: the same request sent twice is done once and answered alike.

References
----------
The Idempotency-Key HTTP Header Field, Internet-Draft of the IETF's HTTPAPI working group.
"""

import base64
from datetime import timedelta
from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from api.errors import InvalidError
from api.storage.database import Database
from api.storage.ephemeral import Ephemeral
from api.storage.work import Work

KEPT = timedelta(hours=24)
SPACE = "answers"
NOT_KEPT = frozenset({"content-length", "x-request-id", "date"})


class Repeated(Exception):
    """The request was done before; this is what was answered.

    Parameters
    ----------
    response
        The answer.
    """

    def __init__(self, response: Response) -> None:
        super().__init__("repeated")
        self.response = response


class Repeating:
    """A request that may be sent again under the same key.

    Parameters
    ----------
    key
        As its sender chose it, with who sent it.
    digest
        Of what was sent.
    database
        Where the answer is kept for a day, whole: it may hold what the request was answered
        with about a child, and is then forgotten.
    """

    def __init__(self, key: str, digest: str, database: Database) -> None:
        self.key = key
        self.digest = digest
        self._database = database

    def find(self, work: Work) -> Response | None:
        """Return what was answered before; None when it is new.

        Parameters
        ----------
        work
            The transaction.

        Raises
        ------
        InvalidError
            If something else was sent under the same key.
        """
        # Two that come at once are done one after the other.
        work.lock()
        found = self._answers(work).get(SPACE, self.key, at=work.at, authority=work.authority)
        if found is None:
            return None
        if found["digest"] != self.digest:
            raise InvalidError(
                "This Idempotency-Key came with another request before. Choose a new key for a "
                "new request, or send the same again.",
                field="Idempotency-Key",
            )
        return Response(
            base64.b64decode(found["body"]),
            status_code=found["status"],
            headers={**found["headers"], "Idempotency-Replayed": "true"},
        )

    def keep(self, work: Work, response: Response) -> None:
        """Store the answer in the same transaction as what was done.

        Parameters
        ----------
        work
            The transaction.
        response
            What will be sent.
        """
        headers = {name: value for name, value in response.headers.items() if name not in NOT_KEPT}
        content = {
            "digest": self.digest,
            "status": response.status_code,
            "headers": headers,
            "body": base64.b64encode(bytes(response.body)).decode(),
        }
        self._answers(work).put(
            SPACE, self.key, content, until=work.at + KEPT, authority=work.authority
        )

    def _answers(self, work: Work) -> Ephemeral:
        return Ephemeral(self._database, work)


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="Chosen by the sender, such as a UUID: the same request sent again within "
        "24 hours under the same key is not done again, and is answered as before.",
    ),
]
