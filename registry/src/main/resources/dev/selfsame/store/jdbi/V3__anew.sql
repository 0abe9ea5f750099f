-- The rows are made anew from the log: before this, a server that was killed while H2 wrote its file
-- may have left a row of a change and not the others, and nothing that tells so.
delete from repository;
delete from link;
delete from manifest;
delete from tag;
delete from need;
update applied set seq = 0,
  chain = '0000000000000000000000000000000000000000000000000000000000000000', place = 0;
