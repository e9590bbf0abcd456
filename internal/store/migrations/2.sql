-- What left by hand: when, for whom, in what form, and the hash of what was written, never its content.
CREATE TABLE handout (
	id         TEXT NOT NULL PRIMARY KEY,
	inspection TEXT NOT NULL REFERENCES inspection (id),
	body       BLOB NOT NULL
);
CREATE INDEX handout_inspection ON handout (inspection);
