-- A registry whose truth is this database. Digests are written sha256:HEX or sha512:HEX. Names sort
-- by their bytes, whatever the database's language.

-- The registry's lasting name, the same for all who share the database.
create table registry (
  name text not null
);

-- What stands in the server's repositories.
create table repository (
  name text collate "C" not null primary key
);

-- Which blobs may be read in which repository; wanted is in milliseconds since 1970.
create table link (
  repository text collate "C" not null,
  blob       text collate "C" not null,
  wanted     bigint not null,
  primary key (repository, blob)
);
create index link_blob on link (blob);

-- Bytes for the type of an artifact, since its pusher may put a zero into it.
create table manifest (
  repository    text collate "C" not null,
  digest        text collate "C" not null,
  media_type    text  not null,
  subject       text collate "C",
  artifact_type bytea,
  descriptor    text  not null,
  bytes         bytea not null,
  primary key (repository, digest)
);
create index manifest_subject on manifest (repository, subject, digest)
  where subject is not null;
create index manifest_subject_type on manifest (repository, subject, artifact_type, digest)
  where subject is not null;

-- What a manifest needs: blobs, and the manifests of an index (child).
create table need (
  repository text collate "C" not null,
  digest     text collate "C" not null,
  manifest   text collate "C" not null,
  child      boolean not null,
  primary key (repository, digest, manifest)
);
create index need_manifest on need (repository, manifest);

create table tag (
  repository text collate "C" not null,
  name       text collate "C" not null,
  manifest   text collate "C" not null,
  primary key (repository, name),
  foreign key (repository, manifest) references manifest (repository, digest) on delete cascade
);
create index tag_manifest on tag (repository, manifest);

-- Every change of the repositories: lines of JSON with their ends, each with the SHA-256 of the one
-- before.
create table change (
  seq  bigint not null primary key,
  line text   not null
);
create function refuse_change() returns trigger language plpgsql as
  'begin raise exception ''changes are only added''; end';
create trigger change_only_grows before update or delete on change
  for each row execute function refuse_change();
create trigger change_is_not_emptied before truncate on change
  for each statement execute function refuse_change();

-- Where the changes end. Whoever adds one holds this row.
create table head (
  only_one boolean not null primary key default true check (only_one),
  seq      bigint  not null,
  chain    text    not null,
  place    bigint  not null
) with (fillfactor = 50);
insert into head (seq, chain, place)
  values (0, '0000000000000000000000000000000000000000000000000000000000000000', 0);

-- The order of promotions. A place is given once.
create table channel (
  name    text collate "C" not null,
  channel text collate "C" not null,
  seq     bigint not null check (seq >= 1),
  bundle  text   not null,
  primary key (name, channel, seq)
);

-- Which signed bundles speak of an artifact, and which were submitted under a name.
create table about (
  artifact text collate "C" not null,
  bundle   text collate "C" not null,
  primary key (artifact, bundle)
);
create table submitted (
  name   text collate "C" not null,
  bundle text collate "C" not null,
  primary key (name, bundle)
);

-- What signed bundles say, for searching and listing; a cache. Times are seconds since 1970.
create table staged (
  name         text collate "C" not null,
  artifact     text collate "C" not null,
  bundle       text collate "C" not null,
  operator     text    not null,
  reproducible boolean not null,
  at           numeric not null,
  primary key (name, artifact, bundle)
);
create table promoted (
  name     text collate "C" not null,
  channel  text collate "C" not null,
  seq      bigint  not null check (seq >= 1),
  artifact text    not null,
  bundle   text    not null unique,
  at       numeric not null,
  primary key (name, channel, seq)
);

-- Evidence was announced so often, and so much of it has its rows above.
create table catalogue (
  only_one  boolean not null primary key default true check (only_one),
  announced bigint  not null,
  settled   bigint  not null
);
insert into catalogue (announced, settled) values (0, 0);
