-- Which inspections were at which site, so that a known employer is found among many. The key is an HMAC of the organisation number or of
-- the employer's name; the rows follow from the parts "site" and can be made again from them.
CREATE TABLE site (
	key        BLOB NOT NULL,
	inspection TEXT NOT NULL REFERENCES inspection (id) ON DELETE CASCADE,
	PRIMARY KEY (key, inspection)
) WITHOUT ROWID;
CREATE INDEX site_inspection ON site (inspection);
