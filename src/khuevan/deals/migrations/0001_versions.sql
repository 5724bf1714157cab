-- What was proposed is never rewritten, and what both sides agreed to never changes again.
-- Taking a proposal back and agreeing to it are the only changes of a row there are.
CREATE FUNCTION deals_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.agreed_at IS NOT NULL OR OLD.taken_back_at IS NOT NULL
        OR (NEW.deal_id, NEW.number, NEW.terms, NEW.note, NEW.part, NEW.by_id, NEW.at)
           IS DISTINCT FROM
           (OLD.deal_id, OLD.number, OLD.terms, OLD.note, OLD.part, OLD.by_id, OLD.at)
    THEN
        RAISE EXCEPTION 'What was proposed in a negotiation is never changed: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deals_version_stays BEFORE UPDATE OR DELETE
    ON deals_version FOR EACH ROW EXECUTE FUNCTION deals_keep_version();

-- Consents and readings are evidence: written once.
CREATE FUNCTION deals_keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Evidence of a deal is never changed: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER deals_consent_stays BEFORE UPDATE OR DELETE
    ON deals_consent FOR EACH ROW EXECUTE FUNCTION deals_keep_evidence();
CREATE TRIGGER deals_reading_stays BEFORE UPDATE OR DELETE
    ON deals_reading FOR EACH ROW EXECUTE FUNCTION deals_keep_evidence();
