"""The centre's tables, as numbered migrations: each runs once, in its own transaction, under a lock that all servers of
one database share; a program older than the database refuses to serve it."""

from __future__ import annotations

import psycopg

LOCK = 0x73_69_6D_70
"""Advisory lock that keeps two servers from migrating at once."""

_JOURNAL = """
CREATE TABLE settings (name text PRIMARY KEY, value bytea NOT NULL);

-- One row per territory: the last number given, O_n, and the epochs as [[first n, epoch], ...]. Its row lock is what
-- makes numbers gap-free and visible in order.
CREATE TABLE heads (
    territory text PRIMARY KEY,
    n bigint NOT NULL DEFAULT 0,
    order_hash bytea NOT NULL,
    epoch integer NOT NULL DEFAULT 1,
    epochs jsonb NOT NULL DEFAULT '[[1, 1]]'
);

CREATE TABLE streams (
    stream text PRIMARY KEY,
    territory text NOT NULL,
    device text NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    checkpoint_seq bigint NOT NULL DEFAULT 0,
    checkpoint_hash bytea,
    checkpoint_signature bytea
);
CREATE INDEX streams_device ON streams (device);

CREATE TABLE entries (
    territory text NOT NULL,
    n bigint NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    header bytea NOT NULL,
    body bytea,
    body_hash bytea,
    accepted_at bigint NOT NULL,
    void text NOT NULL DEFAULT '',
    clock_off bigint NOT NULL DEFAULT 0,
    order_hash bytea NOT NULL,
    PRIMARY KEY (territory, n)
);
CREATE UNIQUE INDEX entries_place ON entries (stream, seq);
CREATE INDEX entries_keys ON entries (territory, n)
    WHERE kind IN ('device.enrolled', 'device.revoked', 'operator.set');
"""

_DEVICES = """
CREATE TABLE codes (
    hash bytea PRIMARY KEY,
    territory text NOT NULL,
    role text NOT NULL,
    expires_at bigint NOT NULL,
    used_by text
);
CREATE TABLE tokens (hash bytea PRIMARY KEY, device text NOT NULL, issued_at bigint NOT NULL, last_seen bigint);
CREATE INDEX tokens_device ON tokens (device);
"""

_TELEMETRY = """
CREATE TABLE counters (name text PRIMARY KEY, n bigint NOT NULL);
INSERT INTO counters VALUES ('frames', 0);
CREATE TABLE frames (
    territory text NOT NULL,
    source text NOT NULL,
    minute bigint NOT NULL,
    revision integer NOT NULL,
    n bigint NOT NULL,
    frame bytea NOT NULL,
    PRIMARY KEY (territory, source, minute)
);
CREATE UNIQUE INDEX frames_n ON frames (n);
"""

_BLOBS = """
CREATE TABLE blobs (
    sha256 text PRIMARY KEY,
    size bigint NOT NULL,
    have bigint NOT NULL DEFAULT 0,
    complete boolean NOT NULL DEFAULT false,
    device text NOT NULL,
    media text NOT NULL DEFAULT 'application/octet-stream'
);
CREATE TABLE blob_rows (
    sha256 text NOT NULL REFERENCES blobs ON DELETE CASCADE,
    k integer NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (sha256, k)
);
ALTER TABLE blob_rows ALTER COLUMN data SET STORAGE EXTERNAL;
"""

_RECOVERY = """
-- Calls that a device signed itself: each nonce is good once.
CREATE TABLE nonces (nonce text PRIMARY KEY, at bigint NOT NULL);
CREATE INDEX nonces_at ON nonces (at);

-- Signed orders that rooms are offering after this database was restored: `mark` is the signed O_n at their end.
CREATE TABLE offers (
    mark bytea NOT NULL,
    n bigint NOT NULL,
    territory text NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    header bytea NOT NULL,
    body bytea,
    body_hash bytea,
    hash bytea NOT NULL,
    accepted_at bigint NOT NULL,
    void text NOT NULL DEFAULT '',
    order_hash bytea NOT NULL,
    proof bytea,
    PRIMARY KEY (mark, n)
);

-- Orders that were signed once, lost, and not taken up again; entries written meanwhile name them.
CREATE TABLE lost_orders (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    territory text NOT NULL,
    common_n bigint NOT NULL,
    common bytea NOT NULL,
    epoch integer NOT NULL,
    n bigint NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    links bytea NOT NULL,
    UNIQUE (territory, hash)
);
"""

_HISTORY = """
CREATE INDEX frames_minute ON frames (minute, n);
ALTER TABLE frames ADD COLUMN device text NOT NULL DEFAULT '';
"""

_BLOB_PARTS = """
-- From here on `blobs` holds whole ones only; `have` and `complete` stay for the sake of older backups.
DELETE FROM blobs WHERE NOT complete;
ALTER TABLE blobs ADD COLUMN at bigint NOT NULL DEFAULT 0;
CREATE INDEX blobs_device ON blobs (device, at);

-- What devices are uploading, each its own, as the pieces came.
CREATE TABLE blob_parts (
    sha256 text NOT NULL,
    device text NOT NULL,
    size bigint NOT NULL,
    have bigint NOT NULL DEFAULT 0,
    at bigint NOT NULL,
    PRIMARY KEY (sha256, device)
);
CREATE TABLE part_rows (
    sha256 text NOT NULL,
    device text NOT NULL,
    start bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (sha256, device, start),
    FOREIGN KEY (sha256, device) REFERENCES blob_parts ON DELETE CASCADE
);
ALTER TABLE part_rows ALTER COLUMN data SET STORAGE EXTERNAL;

-- What entries name, and how far each journal was read for it.
CREATE TABLE blob_names (
    sha256 text NOT NULL,
    territory text NOT NULL,
    n bigint NOT NULL,
    size bigint NOT NULL,
    PRIMARY KEY (sha256, territory, n)
);
CREATE TABLE blob_scans (territory text PRIMARY KEY, n bigint NOT NULL, order_hash bytea NOT NULL);
CREATE INDEX entries_attached ON entries (territory, n) WHERE kind = 'incident.attached';
"""

MIGRATIONS = (_JOURNAL, _DEVICES, _TELEMETRY, _BLOBS, _RECOVERY, _HISTORY, _BLOB_PARTS)


class TooNew(Exception):
    """The database was made by a newer program."""


def migrate(dsn: str) -> None:
    """Bring the database to this program's schema; TooNew when it is beyond it."""
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        db.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
        done = _number(db)
        if done > len(MIGRATIONS):
            raise TooNew(f"Basis data berada pada skema {done}; program ini mengenal sampai {len(MIGRATIONS)}.")
        for number, script in enumerate(MIGRATIONS[done:], start=done + 1):
            with db.transaction():
                db.execute(script.encode())
                db.execute("INSERT INTO migrations (number) VALUES (%s)", (number,))


def _number(db: psycopg.Connection) -> int:
    row = db.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
    return int(row[0]) if row else 0
