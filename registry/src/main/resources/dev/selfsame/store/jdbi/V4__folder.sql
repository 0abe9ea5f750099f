-- The lasting name of the folder whose blobs go with this database; null where blobs are in a bucket
-- or nowhere yet.
alter table registry add column folder text;
