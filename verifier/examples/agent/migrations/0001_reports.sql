CREATE TABLE report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host text NOT NULL,
    load double precision NOT NULL CHECK (load >= 0),
    memory_used_bytes bigint NOT NULL CHECK (memory_used_bytes >= 0),
    received_at timestamptz NOT NULL DEFAULT now()
);
