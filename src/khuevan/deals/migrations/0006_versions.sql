-- What was agreed stays as it was agreed. That it is negotiated again is noted on it, once:
-- then another version of the deal may be agreed.
CREATE OR REPLACE FUNCTION deals_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL OR OLD.reopened_at IS NOT NULL
        OR (NEW.deal_id, NEW.number, NEW.terms, NEW.note, NEW.part, NEW.by_id, NEW.at)
           IS DISTINCT FROM
           (OLD.deal_id, OLD.number, OLD.terms, OLD.note, OLD.part, OLD.by_id, OLD.at)
        OR (OLD.agreed_at IS NOT NULL AND (NEW.reopened_at IS NULL
            OR (NEW.agreed_at, NEW.agreed_by_id, NEW.taken_back_at)
               IS DISTINCT FROM (OLD.agreed_at, OLD.agreed_by_id, OLD.taken_back_at)))
    THEN
        RAISE EXCEPTION 'What was proposed in a negotiation is never changed: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
