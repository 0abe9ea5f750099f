-- What stands in the server's repositories. Digests are written sha256:HEX or sha512:HEX.
create table repository (
  name varchar(255) not null primary key
);

-- Which blobs may be read in which repository.
create table link (
  repository varchar(255) not null,
  blob       varchar(140) not null,
  primary key (repository, blob)
);
create index link_blob on link (blob);

create table manifest (
  repository    varchar(255)   not null,
  digest        varchar(140)   not null,
  media_type    varchar(255)   not null,
  subject       varchar(140),
  artifact_type varchar(255),
  descriptor    varchar        not null,
  bytes         varbinary      not null,
  primary key (repository, digest)
);
create index manifest_subject on manifest (repository, subject, digest);
create index manifest_subject_type on manifest (repository, subject, artifact_type, digest);

create table tag (
  repository varchar(255) not null,
  name       varchar(128) not null,
  manifest   varchar(140) not null,
  primary key (repository, name)
);
create index tag_manifest on tag (repository, manifest);

-- Up to which change of the log these rows go.
create table applied (
  seq   bigint      not null,
  chain varchar(64) not null,
  place bigint      not null
);
insert into applied values (0, '0000000000000000000000000000000000000000000000000000000000000000', 0);
