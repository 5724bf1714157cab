-- What analysis may read of dossiers: nothing here names an applicant.
-- Instants are UTC; `unit` is the deciding agency, `point` where it was received;
-- `filed_version` is the procedure's version on the filing day, `version` the one now.

CREATE OR REPLACE VIEW counter_case AS
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
       d.parent_id AS parent,
       COALESCE((SELECT v.source
                 FROM counter_moveddossier m JOIN counter_versionmove v ON v.id = m.move_id
                 WHERE m.dossier_id = d.id AND m.undone_at IS NULL
                 ORDER BY m.moved_at LIMIT 1), d.version) AS filed_version,
       d.paid
FROM counter_dossier d
WHERE d.business <> 'draft';

-- One event for each step done; a step's waiting is from `entered_at` to `occurred_at`.
CREATE OR REPLACE VIEW counter_event AS
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
CREATE OR REPLACE VIEW counter_pause AS
SELECT i.dossier_id AS case_id, d.procedure, d.agency_id AS unit, i.why, i.stage,
       i.starts_at, i.ends_at
FROM counter_interval i
JOIN counter_dossier d ON d.id = i.dossier_id;

-- A dossier filed after an earlier one of the same person, for the same procedure, was
-- refused, stopped or withdrawn. The same person: one account, or one national number.
CREATE OR REPLACE VIEW counter_refiling AS
SELECT d.id AS case_id, d.filed_at, p.id AS earlier, p.ended_at AS given_up_at
FROM counter_dossier p
JOIN counter_dossier d ON d.applicant_id = p.applicant_id
    AND d.procedure = p.procedure AND d.filed_at >= p.ended_at
WHERE p.business IN ('refused', 'stopped', 'withdrawn') AND d.business <> 'draft'
UNION
SELECT d.id, d.filed_at, p.id, p.ended_at
FROM counter_dossier p
JOIN counter_application was ON was.dossier_id = p.id AND was.national_id <> ''
JOIN counter_application again ON again.national_id = was.national_id
JOIN counter_dossier d ON d.id = again.dossier_id
    AND d.procedure = p.procedure AND d.filed_at >= p.ended_at
WHERE p.business IN ('refused', 'stopped', 'withdrawn') AND d.business <> 'draft';
