-- What signed bundles say, for searching and listing. Digests are written sha256:HEX.
create table staged (
  name         varchar(128) not null,
  artifact     varchar(80)  not null,
  bundle       varchar(80)  not null,
  operator     varchar(200) not null,
  reproducible boolean      not null,
  at           timestamp(9) with time zone not null,
  primary key (name, artifact, bundle)
);
create index staged_artifact on staged (artifact);

create table promoted (
  name     varchar(128) not null,
  channel  varchar(64)  not null,
  seq      bigint       not null check (seq >= 1),
  artifact varchar(80)  not null,
  bundle   varchar(80)  not null unique,
  at       timestamp(9) with time zone not null,
  primary key (name, channel, seq)
);
create index promoted_artifact on promoted (artifact);
