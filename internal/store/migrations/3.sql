-- What a wipe after wrong guesses must know while the vault is locked, and what retention waits for.

-- Inspections whose next revision is open: of the first revision the missing row in revision tells it. An older program kept no such list, so
-- that every locked inspection is on it at first; the next time the folder is opened those that are locked are taken off.
CREATE TABLE correction (
	inspection TEXT NOT NULL PRIMARY KEY REFERENCES inspection (id)
) WITHOUT ROWID;
INSERT INTO correction (inspection) SELECT DISTINCT inspection FROM revision;

-- A reader's signed statement that every file was opened; since is from then on when it came.
ALTER TABLE outgoing ADD COLUMN opened BLOB;

-- Originals that went after their time: where their previews belong.
CREATE TABLE erased (
	attachment TEXT NOT NULL PRIMARY KEY,
	inspection TEXT NOT NULL REFERENCES inspection (id)
) WITHOUT ROWID;
CREATE INDEX erased_inspection ON erased (inspection);
