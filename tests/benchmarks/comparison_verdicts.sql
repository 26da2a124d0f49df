-- The verdict on every app, the first that holds, and why it is unverified.
SELECT
    app,
    app_id,
    object_id,
    CASE
        WHEN baseline = 'none' THEN 'NO_BASELINE'
        WHEN unread OR need_unread THEN 'UNVERIFIED'
        WHEN gaps THEN 'GAPS'
        WHEN excess THEN 'EXCESSIVE'
        WHEN doubtful THEN 'UNVERIFIED'
        ELSE 'COMPLIANT'
    END,
    CASE
        WHEN baseline = 'none' THEN NULL
        WHEN unread OR need_unread THEN 'not-read'
        WHEN NOT coalesce(gaps, FALSE) AND NOT coalesce(excess, FALSE) AND doubtful THEN 'identity'
    END
FROM (
    SELECT
        app.*,
        CASE
            WHEN undeclared <> 'unverified' THEN FALSE
            WHEN profile IS NULL THEN TRUE
            WHEN NOT evidence_unread THEN FALSE
            ELSE EXISTS (
                SELECT 1 FROM row JOIN requirement USING (requirement)
                WHERE row.app = app.app AND requirement.certificate AND NOT tenant
            )
        END AS need_unread,
        unread,
        gaps,
        excess
    FROM app
    LEFT JOIN (
        SELECT
            app,
            max(iif(
                status = 'UNVERIFIED',
                documented = 'yes' OR (documented = 'none' AND declared = 'yes'),
                gap IS NULL AND accepted IS NULL
            )) AS unread,
            max(status <> 'UNVERIFIED' AND gap IS TRUE AND accepted IS NULL) AS gaps,
            max(status = 'EXCESS' AND accepted IS NULL) AS excess
        FROM finding
        WHERE counts AND status NOT IN ('SATISFIED', 'GRANTED', 'DECLARED_ONLY')
        GROUP BY app
    ) USING (app)
);
