-- Whatever happens in an auction is told to those who stream it, once it is committed:
-- the auction's code, nothing else. Of many events in one transaction one word is sent.
CREATE FUNCTION auctions_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('khuevan_auctions',
        (SELECT code FROM auctions_auction WHERE id = NEW.auction_id));
    RETURN NULL;
END $$;
CREATE TRIGGER auctions_event_is_told AFTER INSERT
    ON auctions_eventrow FOR EACH ROW EXECUTE FUNCTION auctions_tell();
