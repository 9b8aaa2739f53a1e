"""What the sandbox remembers, in one database: partners, submissions, records, resources and shared settings.

State lives here alone, so any process may answer any request. Every change is one transaction.
"""

from __future__ import annotations

import sqlalchemy as sa

from mock_server.storage.database import Database, StorageError
from mock_server.storage.engines import sentence_of
from mock_server.storage.histories import Histories
from mock_server.storage.idempotency import KeptAnswers
from mock_server.storage.migrations import migrate
from mock_server.storage.partners import Partners
from mock_server.storage.records import Records
from mock_server.storage.resources import Resources
from mock_server.storage.shared_settings import SharedSettings
from mock_server.storage.snapshots import Snapshots
from mock_server.storage.statements import metadata, tell_conditions
from mock_server.storage.submissions import Submissions
from mock_server.storage.sweeping import Keep, Sweeper
from mock_server.storage.tallies import Tallies
from mock_server.storage.under_way import UnderWay
from mock_server.storage.upkeep import Upkeep
from mock_server.storage.webhooks import Webhooks

KEEP_ALL = Keep()


class Store:
    """The tables of one sandbox."""

    def __init__(self, url: str, seed: int | None = None, keep: Keep = KEEP_ALL) -> None:
        """Open the database and create what is missing.

        With a `seed` the ids of submissions repeat from run to run; `keep` says what is forgotten. Raises StorageError.
        """
        self.seed = seed
        self.database = Database(url)
        self.settings = SharedSettings(self.database)
        self.partners = Partners(self.database)
        self.submissions = Submissions(self.database, seed)
        self.records = Records(self.database)
        self.tallies = Tallies(self.database)
        self.resources = Resources(self.database)
        self.histories = Histories(self.database)
        self.kept_answers = KeptAnswers(self.database)
        self.under_way = UnderWay(self.database)
        self.webhooks = Webhooks(self.database)
        self.snapshots = Snapshots(self.database, self.partners, self.submissions)
        tell_conditions(self.database.dialect)
        with self.database.begin_creation() as connection:
            migrate(connection)
            metadata.create_all(connection)
        self._upkeep = Upkeep(Sweeper(self.database, keep), self.database.file_upkeep)

    def look(self) -> None:
        """Look whether the database answers, and is the one that was opened. Raises StorageError."""
        self.database.check_file()
        try:
            with self.database.begin_look() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError as error:
            raise StorageError(sentence_of(error)) from None

    def close(self) -> None:
        """Give the connections back."""
        self._upkeep.stop()
        self.under_way.close()
        self.database.close()

    def reset(self, partner: str) -> None:
        """Make the partner's world as it was on the first day."""
        with self.database.begin_write() as connection:
            self.partners.lock(connection, partner)
            self.resources.start_afresh(connection, partner)
            self.histories.start_afresh(connection, partner)
            self.kept_answers.start_afresh(connection, partner)
            self.webhooks.start_afresh(connection, partner)
            self.partners.start_afresh(connection, partner)
