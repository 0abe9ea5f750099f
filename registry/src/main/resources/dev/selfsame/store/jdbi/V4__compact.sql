-- Rows of which a hundred are in a page and not ten: names of repositories and digests once each and
-- in bytes, manifests by where the log has them. The rows are made anew from the log.
-- Numbers are those of the log's change that brought what they stand for, so that the log alone decides
-- them. A digest is a byte for its algorithm, 1 for SHA-256 and 2 for SHA-512, and its own bytes.
drop table repository;
drop table link;
drop table manifest;
drop table tag;
drop table need;
update applied set seq = 0,
  chain = '0000000000000000000000000000000000000000000000000000000000000000', place = 0;

create table repository (
  id   bigint       not null primary key,
  name varchar(255) not null unique
);

-- Which blobs may be read in which repository; wanted is in milliseconds since 1970.
create table link (
  repository bigint        not null,
  blob       varbinary(65) not null,
  wanted     bigint        not null,
  primary key (repository, blob)
);
create index link_blob on link (blob);

-- Where the log has a manifest: the line that ends at this place, and is so long. Who puts the same again adds a
-- line, and the first stays the one that is read: it is on the disk.
create table manifest (
  id         bigint        not null primary key,
  repository bigint        not null,
  digest     varbinary(65) not null,
  media_type varchar(255)  not null,
  place      bigint        not null,
  length     int           not null,
  unique (repository, digest)
);

-- The manifests among them that refer to another, each by its number there.
create table referrer (
  manifest      bigint        not null primary key,
  repository    bigint        not null,
  subject       varbinary(65) not null,
  artifact_type varchar(255),
  digest        varbinary(65) not null,
  descriptor    varchar       not null
);
create index referrer_subject on referrer (repository, subject, digest);
create index referrer_subject_type on referrer (repository, subject, artifact_type, digest);

create table tag (
  repository bigint       not null,
  name       varchar(128) not null,
  manifest   bigint       not null,
  primary key (repository, name)
);
create index tag_manifest on tag (manifest);

-- What a manifest needs: blobs, and the manifests of an index (child).
create table need (
  repository bigint        not null,
  digest     varbinary(65) not null,
  manifest   bigint        not null,
  child      boolean       not null,
  primary key (repository, digest, manifest)
);
create index need_manifest on need (manifest);
