-- What analysis may read of dossiers: nothing here names an applicant.
-- Instants are UTC; `unit` is the deciding agency, `point` where it was received;
-- `filed_version` is the procedure's version on the filing day, `version` the one now.

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
       d.parent_id AS parent,
       COALESCE((SELECT v.source
                 FROM counter_moveddossier m JOIN counter_versionmove v ON v.id = m.move_id
                 WHERE m.dossier_id = d.id AND m.undone_at IS NULL AND m.refusal IS NULL
                 ORDER BY m.moved_at LIMIT 1), d.version) AS filed_version,
       d.paid,
       d.result_due,
       d.filed_by_id IS NOT NULL AND d.filed_by_id IS DISTINCT FROM d.applicant_id
           AS filed_by_staff -- only officials may file for somebody else
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

-- A dossier filed after an earlier one of the same person, for the same procedure, was
-- refused, stopped or withdrawn. The same person: one account, or one national number.
CREATE VIEW counter_refiling AS
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

-- Dossiers one person filed on one day for one procedure: a row for each other one.
CREATE VIEW counter_twin AS
SELECT d.id AS case_id, d.filed_at, o.id AS other, o.filed_at AS other_filed_at
FROM counter_dossier d
JOIN counter_dossier o ON o.applicant_id = d.applicant_id
    AND o.procedure = d.procedure AND o.id <> d.id AND o.business <> 'draft'
    AND (o.filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        = (d.filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
WHERE d.business <> 'draft' AND d.applicant_id IS NOT NULL
    AND o.applicant_id IS NOT NULL
UNION
SELECT d.id, d.filed_at, o.id, o.filed_at
FROM counter_dossier d
JOIN counter_application a ON a.dossier_id = d.id AND a.national_id <> ''
JOIN counter_application b ON b.national_id = a.national_id AND b.dossier_id <> d.id
JOIN counter_dossier o ON o.id = b.dossier_id
    AND o.procedure = d.procedure AND o.business <> 'draft'
    AND (o.filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        = (d.filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
WHERE d.business <> 'draft';

-- What applicants were asked for in addition, thing by thing; `changed` where no earlier
-- request of the dossier asked for it in these words. The words themselves stay inside.
CREATE VIEW counter_asked AS
SELECT r.dossier_id AS case_id, d.procedure, d.agency_id AS unit, r.round, r.stage,
       r.asked_at, r.completed_at, i.component, i.field,
       r.round > 1 AND NOT EXISTS (
           SELECT FROM counter_supplementitem e
           JOIN counter_supplement f ON f.id = e.request_id
           WHERE f.dossier_id = r.dossier_id AND f.round < r.round
               AND e.component = i.component AND e.field = i.field AND e.reason = i.reason
       ) AS changed
FROM counter_supplement r
JOIN counter_supplementitem i ON i.request_id = r.id
JOIN counter_dossier d ON d.id = r.dossier_id;

-- Agencies asked for their opinion in the course of a step, in parallel.
CREATE VIEW counter_opinion_asked AS
SELECT s.dossier_id AS case_id, s.id AS event_id, d.procedure, d.agency_id AS unit,
       o.organisation_id AS org, o.asked_at, o.due_at, o.given_at
FROM counter_opinion o
JOIN counter_step s ON s.id = o.step_id
JOIN counter_dossier d ON d.id = s.dossier_id;

-- Each time an applicant came in person: to file, to bring what was asked for, to fetch.
CREATE VIEW counter_visit AS
SELECT d.id AS case_id, d.procedure, d.agency_id AS unit, 'file' AS why, d.filed_at AS at
FROM counter_dossier d
WHERE d.business <> 'draft' AND d.channel IN ('counter', 'assisted')
UNION ALL
SELECT d.id, d.procedure, d.agency_id, 'supplement', r.completed_at
FROM counter_supplement r JOIN counter_dossier d ON d.id = r.dossier_id
WHERE d.channel <> 'post' AND EXISTS (
    SELECT FROM counter_paper p
    WHERE p.dossier_id = r.dossier_id AND p.round = r.round AND p.form < 2
)
UNION ALL
SELECT d.id, d.procedure, d.agency_id, 'fetch', d.returned_at
FROM counter_dossier d
WHERE d.delivery = 'handed_over' AND d.returned_at IS NOT NULL;
