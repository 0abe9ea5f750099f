-- The newest report of a host is what every read asks for.
CREATE INDEX report_latest ON report (host, id DESC);
