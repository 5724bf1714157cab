-- What was proposed stays as it was proposed, what was agreed as it was agreed. On an agreed
-- version it is noted, once each, that it was given up again, as which paper an amendment was
-- drawn up, and since when it holds no more.
CREATE OR REPLACE FUNCTION deals_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL OR OLD.reopened_at IS NOT NULL
        OR OLD.replaced_on IS NOT NULL
        OR (NEW.deal_id, NEW.number, NEW.terms, NEW.note, NEW.part, NEW.by_id, NEW.at, NEW.amends_id)
           IS DISTINCT FROM
           (OLD.deal_id, OLD.number, OLD.terms, OLD.note, OLD.part, OLD.by_id, OLD.at, OLD.amends_id)
        OR (OLD.agreed_at IS NOT NULL AND
            ((NEW.agreed_at, NEW.agreed_by_id, NEW.taken_back_at)
               IS DISTINCT FROM (OLD.agreed_at, OLD.agreed_by_id, OLD.taken_back_at)
             OR OLD.paper IS NOT NULL AND NEW.paper IS DISTINCT FROM OLD.paper))
    THEN
        RAISE EXCEPTION 'What was proposed in a negotiation is never changed: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
