-- The journal's tables and functions, for PostgreSQL 15 and later.
-- docs/explanation/journal.md tells why; this file is the whole of how.

CREATE SEQUENCE journal_fact_number AS bigint;

CREATE TABLE journal_fact (
    number       bigint      NOT NULL,
    kind         text        COLLATE "C" NOT NULL,
    subject      text        COLLATE "C" NOT NULL,
    actor        text        COLLATE "C",
    organisation text        COLLATE "C",
    occurred_at  timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    figures      jsonb       NOT NULL,
    position     integer     NOT NULL,
    previous     bytea       NOT NULL,
    hash         bytea       NOT NULL,
    transaction  xid8        NOT NULL,
    PRIMARY KEY (number, recorded_at),
    CONSTRAINT journal_fact_kind_is_app_noun_verbed
        CHECK (length(kind) <= 100 AND kind ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9]*(?:_[a-z0-9]+)+$'),
    CONSTRAINT journal_fact_subject_is_a_reference
        CHECK (length(subject) <= 150 AND subject ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[!-~]+$'),
    CONSTRAINT journal_fact_actor_is_a_reference
        CHECK (length(actor) <= 150 AND actor ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[!-~]+$'),
    CONSTRAINT journal_fact_organisation_is_a_reference
        CHECK (length(organisation) <= 150 AND organisation ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:[!-~]+$'),
    CONSTRAINT journal_fact_figures_are_a_small_object
        CHECK (jsonb_typeof(figures) = 'object' AND pg_column_size(figures) <= 8192)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX journal_fact_by_subject ON journal_fact (subject, occurred_at, number);
CREATE INDEX journal_fact_in_feed_order ON journal_fact (transaction, number);

-- The last link of every subject's chain: locked while a fact is added. The two
-- instants let a reader of one subject skip the months it has no facts in.
CREATE TABLE journal_head (
    subject           text COLLATE "C" PRIMARY KEY,
    position          integer     NOT NULL,
    hash              bytea       NOT NULL,
    first_recorded_at timestamptz NOT NULL,
    last_recorded_at  timestamptz NOT NULL
) WITH (fillfactor = 80);

-- How far each reader of the feed has come.
CREATE TABLE journal_reader (
    name        text PRIMARY KEY,
    transaction xid8        NOT NULL DEFAULT '0',
    number      bigint      NOT NULL DEFAULT 0,
    moved_at    timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal only grows: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_only_grows
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_fact
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();

CREATE TABLE journal_fact_default PARTITION OF journal_fact DEFAULT;
CREATE TRIGGER journal_only_grows
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_fact_default
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();

-- Make the partitions of this month and of `ahead` more; return how many were missing.
-- A month whose facts already fell into the default partition stays there. The new
-- table needs a short exclusive lock: where that is not free within a second, nothing
-- is made and nobody waits; there are months of time to try again.
CREATE FUNCTION journal_prepare_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    starts timestamptz;
    ends   timestamptz;
    name   text;
    made   integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('journal_prepare_partitions'));
    FOR month IN 0 .. least(ahead, 24) LOOP
        starts := (date_trunc('month', now() AT TIME ZONE 'UTC')
                   + make_interval(months => month)) AT TIME ZONE 'UTC';
        ends := ((starts AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
        name := 'journal_fact_' || to_char(starts AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        CONTINUE WHEN EXISTS (
            SELECT FROM journal_fact_default
            WHERE recorded_at >= starts AND recorded_at < ends);
        EXECUTE format('CREATE TABLE %I PARTITION OF journal_fact FOR VALUES FROM (%L) TO (%L)',
                       name, starts, ends);
        EXECUTE format('CREATE TRIGGER journal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE '
                       'ON %I FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()', name);
        made := made + 1;
    END LOOP;
    RETURN made;
EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
END $$;

-- Write one fact and return its number: the only door into journal_fact.
-- The hashed text is rules.content_of in Python; the two must stay the same.
CREATE FUNCTION journal_record(
    kind text, subject text, actor text, organisation text,
    occurred_at timestamptz, figures jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    head     record;
    known    boolean;
    number   bigint;
    place    integer;
    recorded timestamptz;
    before   bytea;
    link     bytea;
    xid      xid8 := pg_current_xact_id();
BEGIN
    LOOP
        SELECT h.position, h.hash, h.last_recorded_at INTO head
            FROM journal_head h WHERE h.subject = $2 FOR UPDATE;
        known := FOUND;
        -- Taken under the lock, so that numbers and instants grow along a chain.
        number := nextval('journal_fact_number');
        recorded := greatest(clock_timestamp(), head.last_recorded_at);
        IF $5 > recorded + interval '5 minutes'
           AND coalesce(current_setting('khuevan.telling', true), '') <> 'on' THEN
            RAISE EXCEPTION 'A fact cannot have occurred later than it is recorded: %.', $5
                USING ERRCODE = 'check_violation';
        END IF;
        place := coalesce(head.position, 0) + 1;
        before := coalesce(head.hash, '\x0000000000000000000000000000000000000000000000000000000000000000');
        link := sha256(convert_to(concat(
            'khuevan-fact/1', E'\n', number, E'\n', $2, E'\n', place, E'\n', $1, E'\n',
            $3, E'\n', $4, E'\n',
            (extract(epoch FROM $5) * 1000000)::bigint, E'\n',
            (extract(epoch FROM recorded) * 1000000)::bigint, E'\n',
            xid, E'\n', encode(before, 'hex'), E'\n', $6), 'UTF8'));
        IF known THEN
            UPDATE journal_head h
                SET position = place, hash = link, last_recorded_at = recorded
                WHERE h.subject = $2;
            EXIT;
        END IF;
        INSERT INTO journal_head VALUES ($2, place, link, recorded, recorded)
            ON CONFLICT DO NOTHING;
        EXIT WHEN FOUND;  -- otherwise somebody else began this chain: go round again
    END LOOP;
    INSERT INTO journal_fact VALUES
        (number, $1, $2, $3, $4, $5, recorded, $6, place, before, link, xid);
    RETURN number;
END $$;

-- Give a role what the running platform needs of the journal, and nothing else.
CREATE FUNCTION journal_restrict(application name) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT oid FROM pg_class
        WHERE relname LIKE 'journal\_%' AND relkind IN ('r', 'p', 'S')
            AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I', part, application);
    END LOOP;
    EXECUTE format('GRANT SELECT ON journal_fact, journal_fact_default, journal_head TO %I',
                   application);
    EXECUTE format('GRANT SELECT, INSERT ON journal_leaf, journal_checkpoint, '
                   'journal_cosignature TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON journal_reader, journal_tile, '
                   'journal_subscription, journal_delivery TO %I', application);
    EXECUTE format('GRANT EXECUTE ON FUNCTION '
                   'journal_record(text, text, text, text, timestamptz, jsonb), '
                   'journal_prepare_partitions(integer) TO %I', application);
END $$;

REVOKE ALL ON FUNCTION journal_record(text, text, text, text, timestamptz, jsonb),
    journal_prepare_partitions(integer), journal_restrict(name) FROM PUBLIC;

SELECT journal_prepare_partitions(3);
