-- The id of the bucket's bytes that go with this database; null where blobs are in no bucket yet.
alter table registry add column bucket text;
