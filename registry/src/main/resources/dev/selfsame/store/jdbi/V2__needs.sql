-- Which manifest needs which blob or manifest of its repository, and when a link was last wanted.
-- The rows are made anew from the log, which knows both.
delete from repository;
delete from manifest;
delete from tag;
drop table link;
update applied set seq = 0,
  chain = '0000000000000000000000000000000000000000000000000000000000000000', place = 0;

-- Which blobs may be read in which repository; wanted is in milliseconds since 1970.
create table link (
  repository varchar(255) not null,
  blob       varchar(140) not null,
  wanted     bigint       not null,
  primary key (repository, blob)
);
create index link_blob on link (blob);

-- What a manifest needs: blobs, and the manifests of an index (child).
create table need (
  repository varchar(255) not null,
  digest     varchar(140) not null,
  manifest   varchar(140) not null,
  child      boolean      not null,
  primary key (repository, digest, manifest)
);
create index need_manifest on need (repository, manifest);
