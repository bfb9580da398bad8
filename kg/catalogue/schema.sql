-- The read model of one release. Written once by kg/catalogue/write.py, read by kg/catalogue/read.py, never changed.
-- Of a release whose validation report is beside its store.
CREATE TABLE release (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE documents (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT, publisher TEXT, date TEXT, latest TEXT, address TEXT,
  media_type TEXT NOT NULL, encoding TEXT NOT NULL, size INTEGER NOT NULL, statements INTEGER NOT NULL,
  metadata TEXT NOT NULL, -- JSON of kg.documents.Metadata
  digest TEXT NOT NULL    -- the same, the same rows of its statements
) WITHOUT ROWID;

CREATE TABLE statements (
  id TEXT PRIMARY KEY, document_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  subject_id TEXT NOT NULL, predicate TEXT NOT NULL, object_id TEXT, status TEXT NOT NULL, unit TEXT NOT NULL,
  minimum REAL, maximum REAL,      -- bounds of the value in base units
  earliest TEXT, latest TEXT,      -- first and last day of the statement's own date
  confidence REAL NOT NULL, fact_id TEXT NOT NULL, origin_id TEXT NOT NULL, quarantined INTEGER NOT NULL,
  record TEXT NOT NULL             -- JSON of kg.statements.Statement, without what the other columns hold
);
CREATE INDEX statements_reading ON statements (document_id, start);
CREATE INDEX statements_subject ON statements (subject_id, predicate);
CREATE INDEX statements_predicate ON statements (predicate);
CREATE INDEX statements_object ON statements (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX statements_fact ON statements (fact_id);
CREATE INDEX statements_origin ON statements (origin_id);
CREATE INDEX statements_status ON statements (status) WHERE status <> 'asserted';
CREATE INDEX statements_quarantined ON statements (quarantined) WHERE quarantined = 1;

CREATE TABLE claimants (
  statement_id TEXT NOT NULL, position INTEGER NOT NULL, entity_id TEXT NOT NULL, label TEXT NOT NULL,
  PRIMARY KEY (statement_id, position)
) WITHOUT ROWID;
CREATE INDEX claimants_entity ON claimants (entity_id, statement_id);

CREATE TABLE entities (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, label TEXT NOT NULL, folded TEXT NOT NULL, aliases TEXT NOT NULL, identifiers TEXT NOT NULL,
  as_subject INTEGER NOT NULL, as_object INTEGER NOT NULL, as_claimant INTEGER NOT NULL, weight INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX entities_type ON entities (type, folded, id);
CREATE TABLE names (folded TEXT NOT NULL, entity_id TEXT NOT NULL, PRIMARY KEY (folded, entity_id)) WITHOUT ROWID;

CREATE TABLE redirects (old TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE facts (
  id TEXT PRIMARY KEY, subject_id TEXT NOT NULL, subject TEXT NOT NULL, predicate TEXT NOT NULL, qualifiers TEXT NOT NULL,
  status TEXT NOT NULL, statements INTEGER NOT NULL, documents INTEGER NOT NULL, origins INTEGER NOT NULL, relation TEXT NOT NULL,
  object TEXT NOT NULL, object_id TEXT NOT NULL, representative TEXT NOT NULL, readings INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX facts_subject ON facts (subject_id, predicate, id);
CREATE INDEX facts_predicate ON facts (predicate);

CREATE TABLE pairs (
  fact_id TEXT NOT NULL, left_id TEXT NOT NULL, right_id TEXT NOT NULL, relation TEXT NOT NULL, explanation TEXT NOT NULL,
  other_fact_id TEXT NOT NULL,
  PRIMARY KEY (fact_id, left_id, right_id)
) WITHOUT ROWID;
CREATE INDEX pairs_other ON pairs (other_fact_id);
CREATE INDEX pairs_left ON pairs (left_id);
CREATE INDEX pairs_right ON pairs (right_id);
CREATE INDEX pairs_relation ON pairs (relation, fact_id, left_id, right_id);

CREATE TABLE checks (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, formula TEXT NOT NULL, low REAL, high REAL, stated REAL, tolerance REAL,
  verdict TEXT NOT NULL, explanation TEXT NOT NULL, target TEXT NOT NULL, value REAL, stated_low REAL, stated_high REAL, unit TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX checks_verdict ON checks (verdict, kind, id);
CREATE TABLE check_inputs (check_id TEXT NOT NULL, position INTEGER NOT NULL, statement_id TEXT NOT NULL,
  PRIMARY KEY (check_id, position)) WITHOUT ROWID;
CREATE INDEX check_inputs_statement ON check_inputs (statement_id);

CREATE TABLE origins (id TEXT PRIMARY KEY, label TEXT NOT NULL, address TEXT, date TEXT) WITHOUT ROWID;

CREATE TABLE violations (
  statement_id TEXT NOT NULL, shape TEXT NOT NULL, path TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL, value TEXT NOT NULL,
  focus TEXT NOT NULL, rule TEXT NOT NULL
);
CREATE INDEX violations_statement ON violations (statement_id);

-- Trigrams find parts of words in any script, Chinese and Korean too.
CREATE VIRTUAL TABLE search USING fts5 (kind UNINDEXED, id UNINDEXED, label, detail, tokenize = 'trigram');
