"""Our server, but for its journal, which writes nothing down. Run: without_journal.py PORT DATABASE ADMIN_KEY."""

import sys

from mock_server import serving
from mock_server.http.answers import Answer
from mock_server.journal import Exchange, Journal
from mock_server.journal.journal import Handled
from mock_server.runtime import Runtime
from mock_server.settings import Settings, users_cache


class Nothing(Journal):
    """A journal in which nothing stands."""

    def add(self, _exchange: Exchange, _answer: Answer) -> Handled:
        return Handled("", "", 0)


if __name__ == "__main__":
    port, database, admin_key = sys.argv[1:]
    runtime = Runtime(
        Settings(
            database=database,
            admin_key=admin_key,
            token_lifetime=86400,
            cache=str(users_cache()),
        )
    )
    runtime.journal = Nothing()
    listener = serving.listen("127.0.0.1", int(port))
    serving.run(serving.build(runtime), [listener])
