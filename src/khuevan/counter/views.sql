-- What analysis may read of dossiers: nothing here names an applicant.
-- Instants are UTC; `unit` is the deciding agency, `point` where it was received.

CREATE VIEW counter_case AS
SELECT d.id AS case_id,
       d.code,
       d.procedure,
       d.version,
       d.sector,
       d.agency_id AS unit,
       d.receiving_point_id AS point,
       d.support_point_id AS support,
       d.channel,
       d.channel IN ('portal', 'vneid', 'assisted') AS is_online,
       d.business,
       d.finance,
       d.delivery,
       d.sync,
       d.outcome,
       d.filed_at,
       d.reception_due_at,
       d.accepted_at,
       d.due_at,
       d.original_due_at,
       d.reappointed_at,
       d.ended_at,
       d.returned_at,
       d.supplements,
       d.papers_due,
       d.papers_digitised,
       d.reused,
       d.population_data,
       d.e_result,
       d.fee_due,
       d.paid_online,
       d.synced_at,
       d.parent_id AS parent
FROM counter_dossier d
WHERE d.business <> 'draft';

-- One event for each step done; a step's waiting is from `entered_at` to `occurred_at`.
CREATE VIEW counter_event AS
SELECT s.id AS event_id,
       s.dossier_id AS case_id,
       d.procedure,
       d.version,
       d.agency_id AS unit,
       s.node,
       s.name AS activity,
       s.duty,
       s.kind,
       s.organisation_id AS org,
       s.done_by_id AS resource,
       s.entered_at,
       s.left_at AS occurred_at,
       s.due_at,
       s.hours,
       s.outcome
FROM counter_step s
JOIN counter_dossier d ON d.id = s.dossier_id
WHERE s.state = 'done';

-- When the legal clock stood: waiting for the applicant's papers or for money.
CREATE VIEW counter_pause AS
SELECT i.dossier_id AS case_id, d.procedure, d.agency_id AS unit, i.why, i.stage,
       i.starts_at, i.ends_at
FROM counter_interval i
JOIN counter_dossier d ON d.id = i.dossier_id;
