-- Take a bid, or say why not. The auction is locked first and the clock read after, so
-- that two bids have one order and each is judged by what stands when its turn comes.
-- The same key of the same bidder is the same bid: it is answered as it was first.
CREATE OR REPLACE FUNCTION auctions_take_bid(
    which uuid, bidding uuid, asked text, told bigint, binding text, box text,
    OUT refused text, OUT event uuid, OUT is_new boolean, OUT needed bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    auction auctions_auction;
    bidder  auctions_bidder;
    known   auctions_bid;
    at      timestamptz;
    price   bigint;
    ends    timestamptz;
    made    auctions_eventrow;
BEGIN
    SELECT * INTO STRICT auction FROM auctions_auction WHERE id = which FOR UPDATE;
    is_new := false;
    SELECT b.* INTO known FROM auctions_bid b WHERE b.bidder_id = bidding AND b.key = asked;
    IF FOUND THEN
        -- Of a sealed bid only its bidder knows the amount: the key alone tells it again.
        -- A falling price may have been taken below what was said.
        IF (box = '') <> (known.sealed = '') OR (auction.form = 'english' AND known.amount <> told) THEN
            refused := 'other_request';
        END IF;
        event := known.event_id;
        RETURN;
    END IF;
    SELECT * INTO bidder FROM auctions_bidder
    WHERE id = bidding AND auction_id = which AND number IS NOT NULL;
    IF NOT FOUND THEN
        refused := 'not_admitted';
        RETURN;
    END IF;
    IF (auction.form = 'sealed') <> (box <> '') THEN
        refused := 'wrong_form';
        RETURN;
    END IF;
    at := auctions_instant(auction.last_at);
    IF auction.state <> 'running' OR at >= auction.closes_at THEN
        refused := 'closed';
        RETURN;
    ELSIF at < auction.opens_at THEN
        refused := 'not_open';
        RETURN;
    END IF;
    price := told;
    ends := auction.closes_at;
    IF auction.form = 'english' THEN
        needed := coalesce(auction.best_amount + auction.step, auction.start);
        IF auction.best_bidder_id = bidding THEN
            refused := 'leading';
            RETURN;
        ELSIF told < needed THEN
            refused := 'too_low';
            RETURN;
        END IF;
        ends := greatest(ends, at + make_interval(secs => auction."window"));
    ELSIF auction.form = 'dutch' THEN
        price := greatest(auction.reserve, auction.start - auction.step
            * ((auctions_micros(at) - auctions_micros(auction.opens_at))
               / (auction.tick * 1000000::bigint)));
        needed := price;
        IF told < price THEN
            refused := 'price_above';
            RETURN;
        END IF;
    END IF;
    INSERT INTO auctions_eventrow (id, auction_id, number, at, kind, body, previous, hash)
    VALUES (gen_random_uuid(), which, 0, at,
        CASE WHEN box = '' THEN 'bid' ELSE 'sealed_bid' END,
        (CASE WHEN box = ''
            THEN jsonb_build_object('bidder', bidder.number, 'amount', price,
                                    'closes_at', auctions_micros(ends))
            ELSE jsonb_build_object('bidder', bidder.number, 'commitment', binding)
        END)::text, '', '')
    RETURNING * INTO made;
    INSERT INTO auctions_bid (id, bidder_id, event_id, key, amount, commitment, sealed)
    VALUES (gen_random_uuid(), bidding, made.id, asked,
        CASE WHEN box = '' THEN price END, binding, box);
    IF box = '' THEN
        UPDATE auctions_auction
        SET best_amount = price, best_bidder_id = bidding, closes_at = ends
        WHERE id = which;
    END IF;
    IF auction.form = 'dutch' THEN
        PERFORM auctions_add(which, 'closed', '{}');
        UPDATE auctions_auction SET state = 'closed' WHERE id = which;
    END IF;
    event := made.id;
    is_new := true;
END $$;
