-- Take the key of a write for this transaction and tell whether it was free; waits for
-- whoever is using it as long as `patience` says. An answer past its time makes way.
-- A write looks things up by their keys, where any plan is as good as the first: until
-- the transaction ends its statements are planned once (see khuevan.platform.embedded).
CREATE FUNCTION platform_claim(
    id uuid, actor text, key text, fingerprint text,
    now timestamptz, expires_at timestamptz, patience text
) RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    usual text := current_setting('lock_timeout');
    taken integer;
BEGIN
    PERFORM set_config('lock_timeout', patience, true),
        set_config('plan_cache_mode', 'auto', true);
    INSERT INTO platform_firstanswer AS first
        (id, actor, key, fingerprint, status, headers, body, expires_at)
    VALUES ($1, $2, $3, $4, 0, '{}', '', $6)
    ON CONFLICT (actor, key) DO UPDATE SET
        id = EXCLUDED.id, fingerprint = EXCLUDED.fingerprint, status = 0,
        headers = '{}', body = '', expires_at = EXCLUDED.expires_at
        WHERE first.expires_at < $5;
    GET DIAGNOSTICS taken = ROW_COUNT;
    PERFORM set_config('lock_timeout', usual, true);
    RETURN taken = 1;
END $$;
