-- From rows to findings: the three columns, then what follows from them, then the verdict on every app.

-- APIs and kinds of which a manifest names ids that nobody can resolve.
CREATE TABLE unresolved (app INTEGER, api INTEGER, kind INTEGER, PRIMARY KEY (app, api, kind)) WITHOUT ROWID;
INSERT OR IGNORE INTO unresolved
SELECT app, api, kind
FROM permission
JOIN row USING (permission)
WHERE word IS NULL AND in_manifest;

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

CREATE TABLE accepted (app INTEGER, permission INTEGER, acceptance INTEGER, PRIMARY KEY (app, permission)) WITHOUT ROWID;
INSERT INTO accepted
SELECT app.app, permission.permission, max(acceptance)
FROM acceptance
JOIN app USING (app_id)
JOIN permission
    ON permission.api = acceptance.api
    AND permission.kind = acceptance.kind
    AND coalesce(permission.word, permission.sole_id) = acceptance.word
WHERE until IS NULL OR until >= :today
GROUP BY app.app, permission.permission;

CREATE TABLE finding (
    app INTEGER, permission INTEGER, documented TEXT, declared TEXT, granted TEXT, status TEXT, reason TEXT,
    remedy TEXT, flags TEXT, users INTEGER, since INTEGER, gap INTEGER, counts INTEGER, requirement INTEGER,
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
        WHEN status <> 'MISSING' THEN ''
        WHEN here AND complete AND NOT (published AND enabled) THEN 'not-offered '
        ELSE iif(NOT here AND NOT unknown, 'provision-api ', '')
            || iif(registered AND declared = 'no', 'declare ', '') || 'consent '
    END,
    CASE
        WHEN published THEN iif(enabled, '', 'stale ')
        WHEN NOT (in_manifest OR tenant OR users) THEN ''
        WHEN (resource_app_id IS NULL AND NOT unknown) OR (here AND complete AND NOT basic_scope) THEN 'stale '
        ELSE ''
    END
    || iif(retired, 'retired-api ', '')
    || CASE
        WHEN status IN ('MISSING', 'PARTIAL') THEN
            iif(last_update > month, 'changed-since-last-consent ', '')
            || iif(covered_by IS NOT NULL, 'probably-covered ', '')
        ELSE ''
    END
    || CASE
        WHEN granted <> 'tenant' OR status = 'BASIC' THEN ''
        WHEN registered THEN iif(declared = 'no', 'may-be-removed ', '')
        WHEN vendors AND documented = 'no' AND NOT granted_unresolved THEN 'may-be-removed-unclear '
        ELSE ''
    END
    || iif(accepted IS NOT NULL, 'accepted ', '')
    || coalesce(reach, '')
    || iif(user_consentable AND kind = 1, 'user-consentable ', '')
    || iif(gone, 'account-gone ', ''),
    CASE WHEN kind = 0 THEN 0 WHEN grants_complete THEN users END,
    since,
    CASE
        WHEN status = 'MISSING' THEN TRUE
        WHEN status <> 'PARTIAL' OR baseline <> 'profile' THEN FALSE
        WHEN everyone AND NOT user_consentable THEN TRUE
        WHEN reachable THEN FALSE
        WHEN NOT doubted THEN TRUE
    END,
    NOT basic AND NOT (baseline = 'manifest' AND ((kind = 1 AND user_consentable) OR granted = 'users')),
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
                WHEN granted_unresolved OR (baseline = 'manifest' AND declared = 'unverified') THEN 'GRANTED'
                ELSE 'EXCESS'
            END AS status
        FROM (
            SELECT
                row.*,
                app.baseline,
                app.registered,
                app.profile IS NOT NULL AND NOT app.registered AND app.external AS vendors,
                api.app_id AS resource_app_id,
                api.here,
                api.unknown,
                api.complete,
                permission.kind,
                permission.published,
                permission.enabled,
                permission.user_consentable,
                permission.retired,
                permission.reach,
                permission.basic AS basic_scope,
                permission.basic OR (permission.user_read AND row.requirement IS NULL) AS basic,
                requirement.last_update,
                requirement.everyone,
                newest.month,
                accepted.acceptance AS accepted,
                grants_complete,
                (row.tenant OR row.users)
                    AND (api.unknown OR (permission.word IS NULL AND api.here AND NOT api.complete))
                    AS granted_unresolved,
                CASE
                    WHEN app.profile IS NULL THEN 'none'
                    WHEN row.requirement IS NULL THEN 'no'
                    WHEN row.needed THEN 'yes'
                    ELSE 'other-scope'
                END AS documented,
                CASE
                    WHEN row.in_manifest THEN 'yes'
                    WHEN app.undeclared = 'no' AND permission.id IS NULL
                        AND NOT api.complete
                        AND (row.app, permission.api, permission.kind) IN (SELECT app, api, kind FROM unresolved)
                        THEN 'unverified'
                    ELSE app.undeclared
                END AS declared,
                CASE
                    WHEN row.tenant THEN 'tenant'
                    WHEN app.object_id IS NULL THEN iif(principals_complete, 'none', 'unverified')
                    WHEN NOT api.here AND api.unknown THEN 'unverified'
                    WHEN api.here AND NOT iif(
                        permission.kind = 1, grants_complete, api.assignments_complete OR app.client_complete
                    ) THEN 'unverified'
                    WHEN api.here AND NOT api.complete
                        AND (permission.id IS NULL OR (permission.kind = 1 AND permission.word IS NULL))
                        THEN 'unverified'
                    WHEN row.users THEN 'users'
                    ELSE 'none'
                END AS granted
            FROM row
            CROSS JOIN tenant
            JOIN app ON app.app = row.app
            JOIN permission ON permission.permission = row.permission
            JOIN api ON api.api = permission.api
            LEFT JOIN requirement ON requirement.requirement = row.requirement
            LEFT JOIN newest ON newest.app = row.app
            LEFT JOIN accepted ON accepted.app = row.app AND accepted.permission = row.permission
        )
        WHERE documented <> 'other-scope' OR basic OR declared = 'yes' OR granted <> 'none'
    ) AS judged
);
