-- Which signed records of deployments were kept under a name.
create table deployed (
  name   text collate "C" not null,
  bundle text collate "C" not null,
  primary key (name, bundle)
);
