-- The first schema. docs/storage.md tells for each column what it holds and why it may be clear; every column named body,
-- and no other, is sealed. Only tables of short rows are WITHOUT ROWID: there a long body goes to pages of its own, and one more page is
-- written whenever an answer is saved.

-- An inspection: its head, the end of its event chain, the sum over its rows, and what the list shows.
CREATE TABLE inspection (
	id   TEXT NOT NULL PRIMARY KEY,
	body BLOB NOT NULL
);

-- A part of an inspection (site, finding, note, …). The key is an HMAC of inspection, kind and id.
CREATE TABLE part (
	inspection TEXT NOT NULL REFERENCES inspection (id),
	key        BLOB NOT NULL,
	body       BLOB NOT NULL,
	PRIMARY KEY (inspection, key)
);

-- The event chain of an inspection, numbered from 1.
CREATE TABLE event (
	inspection TEXT    NOT NULL REFERENCES inspection (id),
	seq        INTEGER NOT NULL,
	body       BLOB    NOT NULL,
	PRIMARY KEY (inspection, seq)
) WITHOUT ROWID;

-- A sealed file in files/: an original, a preview or an envelope.
CREATE TABLE file (
	id         TEXT NOT NULL PRIMARY KEY,
	inspection TEXT NOT NULL REFERENCES inspection (id),
	body       BLOB NOT NULL
);
CREATE INDEX file_inspection ON file (inspection);

-- Attachments whose preview is still to be made, and how often that was begun.
CREATE TABLE preview (
	attachment TEXT    NOT NULL PRIMARY KEY,
	inspection TEXT    NOT NULL REFERENCES inspection (id),
	begun      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX preview_inspection ON preview (inspection);

-- A locked revision: the signed document.
CREATE TABLE revision (
	inspection TEXT    NOT NULL REFERENCES inspection (id),
	number     INTEGER NOT NULL,
	body       BLOB    NOT NULL,
	PRIMARY KEY (inspection, number)
);

-- The outbox: a revision sealed for an office, until and after its receipt.
CREATE TABLE outgoing (
	inspection TEXT    NOT NULL,
	revision   INTEGER NOT NULL,
	seal       INTEGER NOT NULL,
	manifest   BLOB    NOT NULL,
	earlier    BLOB    NOT NULL,
	recipients BLOB    NOT NULL,
	reason     TEXT    NOT NULL,
	since      INTEGER NOT NULL,
	receipt    BLOB,
	body       BLOB    NOT NULL,
	PRIMARY KEY (inspection, revision),
	FOREIGN KEY (inspection, revision) REFERENCES revision (inspection, number)
);
CREATE INDEX outgoing_waiting ON outgoing (inspection, revision) WHERE receipt IS NULL;

-- The device's own values (its id, keys, the office record) and the settings. The key is an HMAC of the name.
CREATE TABLE setting (
	key  BLOB NOT NULL PRIMARY KEY,
	body BLOB NOT NULL
);

-- Every template that an inspection may rest on. The key is an HMAC of its SHA-256.
CREATE TABLE template (
	key  BLOB NOT NULL PRIMARY KEY,
	body BLOB NOT NULL
);

-- The running sum over inspection, setting and template.
CREATE TABLE total (
	id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	body BLOB    NOT NULL
);
