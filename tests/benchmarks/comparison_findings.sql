-- From rows to findings: the three columns, then what follows from them, then the verdict on every app.

-- APIs and kinds of which a manifest names ids that nobody can resolve.
CREATE TABLE unresolved (app INTEGER, api INTEGER, kind INTEGER, PRIMARY KEY (app, api, kind)) WITHOUT ROWID;
INSERT OR IGNORE INTO unresolved
SELECT app, api, kind
FROM permission
JOIN row USING (permission)
WHERE word IS NULL AND in_manifest;

-- APIs and kinds of which a profile documents values that have no id here; APIs of which ids without value are granted.
CREATE TABLE documented_unread (app INTEGER, api INTEGER, kind INTEGER, PRIMARY KEY (app, api, kind)) WITHOUT ROWID;
INSERT OR IGNORE INTO documented_unread
SELECT app, api, kind
FROM row
JOIN permission USING (permission)
WHERE requirement IS NOT NULL AND id IS NULL;
CREATE TABLE granted_unnamed (app INTEGER, api INTEGER, PRIMARY KEY (app, api)) WITHOUT ROWID;
INSERT OR IGNORE INTO granted_unnamed
SELECT app, api
FROM permission
JOIN row USING (permission)
WHERE word IS NULL AND tenant;

-- The covers table closed over its chains: how many steps lead from a permission to a broader one.
CREATE TABLE broader (
    permission INTEGER, steps INTEGER, word TEXT, cover INTEGER, PRIMARY KEY (permission, steps, word)
) WITHOUT ROWID;
INSERT INTO broader
WITH RECURSIVE chain (api, kind, narrow, broad, steps) AS (
    SELECT api, kind, narrower, broader, 1 FROM cover
    UNION
    SELECT chain.api, chain.kind, narrow, broader, steps + 1
    FROM chain
    JOIN cover ON cover.api = chain.api AND cover.kind = chain.kind AND cover.narrower = chain.broad
    WHERE steps < 20
)
SELECT narrow.permission, min(steps), word.folded, broad.permission
FROM chain
JOIN permission_of_word AS narrow ON narrow.api = chain.api AND narrow.kind = chain.kind AND narrow.word = chain.narrow
JOIN permission_of_word AS broad ON broad.api = chain.api AND broad.kind = chain.kind AND broad.word = chain.broad
JOIN word ON word.word = chain.broad
WHERE narrow.permission <> broad.permission
GROUP BY narrow.permission, broad.permission;
CREATE TABLE held AS
SELECT app, permission FROM row WHERE tenant AND permission IN (SELECT cover FROM broader);
CREATE INDEX held_by ON held (app, permission);

CREATE TABLE newest AS
SELECT app, strftime('%Y-%m', max(newest) + 1721424.5) AS month
FROM row
WHERE app IN (SELECT app FROM app WHERE profile IS NOT NULL)
GROUP BY app;
CREATE UNIQUE INDEX newest_of ON newest (app);

-- A finding may have been accepted by its id, while nobody could read its value. What is past its date counts no more.
DELETE FROM acceptance WHERE until < :today;
CREATE INDEX acceptance_of ON acceptance (app_id, api, kind);
CREATE TABLE accepted (app INTEGER, permission INTEGER, acceptance INTEGER, PRIMARY KEY (app, permission)) WITHOUT ROWID;
INSERT INTO accepted
SELECT app.app, permission_of_id.permission, max(acceptance)
FROM acceptance
JOIN app USING (app_id)
JOIN permission_of_id
    ON permission_of_id.api = acceptance.api
    AND permission_of_id.kind = acceptance.kind
    AND permission_of_id.id = acceptance.word
GROUP BY app.app, permission_of_id.permission;
INSERT OR IGNORE INTO accepted
SELECT app.app, permission_of_word.permission, max(acceptance)
FROM acceptance
JOIN app USING (app_id)
JOIN permission_of_word
    ON permission_of_word.api = acceptance.api
    AND permission_of_word.kind = acceptance.kind
    AND permission_of_word.word = acceptance.word
GROUP BY app.app, permission_of_word.permission;

-- Remedies and flags are sums of one bit each. LIMIT -1 keeps SQLite from working out a column of an inner query
-- again wherever an outer one names it.
CREATE TABLE finding (
    app INTEGER, permission INTEGER, documented TEXT, declared TEXT, granted TEXT, status TEXT, reason TEXT,
    remedy INTEGER, flags INTEGER, users INTEGER, since INTEGER, gap INTEGER, counts INTEGER, requirement INTEGER,
    covered_by INTEGER, accepted INTEGER
);
INSERT INTO finding
SELECT
    app,
    permission,
    documented,
    declared,
    granted,
    status,
    CASE
        WHEN status <> 'EXCESS' THEN NULL
        WHEN documented = 'other-scope' THEN 'other-scope'
        WHEN declared = 'yes' THEN 'declared-undocumented'
        WHEN declared <> 'unverified' THEN 'neither'
    END,
    CASE
        WHEN status <> 'MISSING' THEN 0
        WHEN here AND complete AND NOT (published AND enabled) THEN :not_offered
        ELSE (NOT here AND NOT unknown) * :provision_api + (registered AND declared = 'no') * :declare + :consent
    END,
    flags + CASE
        WHEN published THEN (NOT enabled) * :stale
        WHEN NOT (in_manifest OR tenant OR people) THEN 0
        WHEN (resource_app_id IS NULL AND NOT unknown) OR (here AND complete AND NOT basic_scope) THEN :stale
        ELSE 0
    END + CASE
        WHEN status IN ('MISSING', 'PARTIAL') THEN
            (last_update IS NOT NULL AND month IS NOT NULL AND last_update > month) * :changed_since_last_consent
            + (covered_by IS NOT NULL) * :probably_covered
        ELSE 0
    END + CASE
        WHEN granted <> 'tenant' OR status = 'BASIC' THEN 0
        WHEN registered THEN (declared = 'no') * :may_be_removed
        WHEN vendors THEN (documented = 'no' AND NOT unnamed) * :may_be_removed_unclear
        ELSE 0
    END + (accepted IS NOT NULL) * :accepted + (people & 4 <> 0) * :account_gone,
    CASE
        WHEN kind = 0 THEN 0
        WHEN NOT grants_complete OR (object_id IS NULL AND NOT principals_complete) THEN NULL
        WHEN iif(resource_app_id IS NOT NULL AND NOT here, unknown, word IS NULL AND NOT complete) THEN NULL
        ELSE people / 8
    END,
    since,
    CASE
        WHEN status = 'MISSING' AND baseline = 'manifest' AND kind = 1 AND here AND NOT complete THEN NULL
        WHEN status = 'MISSING' AND word IS NULL AND NOT complete THEN iif(
            EXISTS (
                SELECT 1 FROM acceptance
                WHERE
                    acceptance.app_id = concluded.app_id
                    AND acceptance.api = concluded.api
                    AND acceptance.kind = concluded.kind
                    AND acceptance.word <> concluded.sole_id
            ),
            NULL,
            TRUE
        )
        WHEN status = 'MISSING' THEN TRUE
        WHEN status <> 'PARTIAL' OR baseline <> 'profile' THEN FALSE
        WHEN everyone AND NOT user_consentable THEN TRUE
        WHEN people & 2 THEN FALSE
        WHEN NOT people & 1 THEN TRUE
    END,
    NOT basic AND NOT (
        kind = 1 AND baseline = 'manifest'
        AND (granted = 'users' OR iif(
            complete, user_consentable, status = 'EXCESS' AND (resource_app_id IS NOT NULL OR unknown)
        ))
    ),
    requirement,
    covered_by,
    accepted
FROM (
    SELECT
        *,
        CASE WHEN status IN ('MISSING', 'PARTIAL') THEN (
            SELECT cover
            FROM broader
            JOIN held ON held.app = judged.app AND held.permission = cover
            WHERE broader.permission = judged.permission
            ORDER BY steps, word
            LIMIT 1
        ) END AS covered_by
    FROM (
        SELECT
            *,
            CASE
                WHEN basic THEN 'BASIC'
                WHEN granted = 'unverified' THEN 'UNVERIFIED'
                WHEN baseline = 'none' THEN iif(granted <> 'none', 'GRANTED', 'DECLARED_ONLY')
                WHEN documented = 'yes' OR (baseline = 'manifest' AND declared = 'yes')
                    THEN CASE granted WHEN 'tenant' THEN 'SATISFIED' WHEN 'none' THEN 'MISSING' ELSE 'PARTIAL' END
                WHEN granted = 'none' THEN 'DECLARED_ONLY'
                WHEN unnamed OR undecided OR (baseline = 'manifest' AND declared = 'unverified') THEN 'GRANTED'
                ELSE 'EXCESS'
            END AS status
        FROM (
            SELECT
                row.*,
                app.app_id,
                app.object_id,
                app.baseline,
                app.registered,
                app.profile IS NOT NULL AND NOT app.registered AND app.external AS vendors,
                api.app_id AS resource_app_id,
                api.here,
                api.unknown,
                api.complete,
                permission.api,
                permission.kind,
                permission.word,
                permission.sole_id,
                permission.published,
                permission.enabled,
                permission.user_consentable,
                permission.flags,
                permission.basic AS basic_scope,
                permission.basic OR (permission.user_read AND row.requirement IS NULL) AS basic,
                requirement.last_update,
                requirement.everyone,
                newest.month,
                accepted.acceptance AS accepted,
                grants_complete,
                principals_complete,
                (row.tenant OR row.people) AND (api.unknown OR (permission.word IS NULL AND NOT api.complete)) AS unnamed,
                app.evidence_unread AND coalesce(requirement.certificate, FALSE) AS undecided,
                CASE
                    WHEN app.profile IS NULL THEN 'none'
                    WHEN row.requirement IS NULL THEN 'no'
                    WHEN row.needed THEN 'yes'
                    ELSE 'other-scope'
                END AS documented,
                CASE
                    WHEN row.in_manifest THEN 'yes'
                    WHEN app.undeclared = 'no' AND NOT api.complete AND iif(
                        api.app_id IS NOT NULL,
                        (row.app, permission.api, permission.kind) IN (SELECT app, api, kind FROM unresolved),
                        api.unknown AND EXISTS (
                            SELECT 1 FROM unresolved JOIN api AS other USING (api)
                            WHERE unresolved.app = row.app AND unresolved.kind = permission.kind AND other.unknown
                        )
                    ) THEN 'unverified'
                    ELSE app.undeclared
                END AS declared,
                CASE
                    WHEN row.tenant THEN 'tenant'
                    WHEN app.object_id IS NULL THEN iif(
                        principals_complete AND (
                            permission.word IS NOT NULL OR api.complete OR NOT api.here OR (
                                permission.kind = 0 AND (row.app, permission.api, permission.kind) NOT IN (
                                    SELECT app, api, kind FROM documented_unread
                                )
                            )
                        ),
                        'none',
                        'unverified'
                    )
                    WHEN api.app_id IS NOT NULL AND NOT api.here THEN iif(api.unknown, 'unverified', 'none')
                    WHEN permission.kind = 1 THEN CASE
                        WHEN NOT (grants_complete AND api.complete) THEN 'unverified'
                        WHEN row.people THEN 'users'
                        ELSE 'none'
                    END
                    WHEN NOT (api.assignments_complete OR app.client_complete) THEN 'unverified'
                    WHEN api.complete THEN 'none'
                    WHEN permission.id IS NULL
                        OR (row.app, permission.api) IN (SELECT app, api FROM granted_unnamed)
                        THEN 'unverified'
                    WHEN permission.word IS NOT NULL OR (row.app, permission.api, permission.kind) NOT IN (
                        SELECT app, api, kind FROM documented_unread
                    ) THEN 'none'
                    ELSE 'unverified'
                END AS granted
            FROM row
            CROSS JOIN tenant
            JOIN app ON app.app = row.app
            JOIN permission ON permission.permission = row.permission
            JOIN api ON api.api = permission.api
            LEFT JOIN requirement ON requirement.requirement = row.requirement
            LEFT JOIN newest ON newest.app = row.app
            LEFT JOIN accepted ON accepted.app = row.app AND accepted.permission = row.permission
            LIMIT -1
        )
        WHERE documented <> 'other-scope' OR declared = 'yes' OR granted <> 'none'
        LIMIT -1
    ) AS judged
    LIMIT -1
) AS concluded
LIMIT -1;
