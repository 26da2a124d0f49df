-- From the decoded rows to one row per app and permission: apps joined and bound, permissions resolved, grants gathered.

-- Numbers that stand in more rows than one are looked up by index.
CREATE INDEX principal_app ON principal (app);
CREATE INDEX profile_name ON profile (name);
CREATE INDEX scope_words ON scope_value (scope, word);
CREATE INDEX published_id ON published (api, kind, permission);

-- The APIs that anything names: in the tenant, absent from it, or gone.
CREATE TABLE api (
    api INTEGER PRIMARY KEY, app_id TEXT, object_id TEXT, name TEXT, here INTEGER, unknown INTEGER, complete INTEGER,
    assignments_complete INTEGER
);
INSERT INTO api
SELECT
    named.api,
    named.app_id,
    coalesce(principal.object_id, definition.object_id),
    coalesce(
        nullif(iif(principal.object IS NULL, definition.name, principal.display_name), ''), api_name.name, named.app_id
    ),
    principal.object IS NOT NULL OR definition.api IS NOT NULL,
    principal.object IS NULL AND definition.api IS NULL AND NOT principals_complete,
    (principal.object IS NOT NULL OR definition.api IS NOT NULL) AND complete_definitions.api IS NOT NULL,
    complete_assignments.api IS NOT NULL
FROM (
    SELECT api, api_id AS app_id FROM manifest
    UNION
    SELECT api, api_id FROM requirement
    UNION
    SELECT app, app_id FROM resource JOIN principal ON principal.object = resource.resource
    UNION
    SELECT api, app_id FROM resource JOIN definition USING (resource)
) AS named
CROSS JOIN tenant
LEFT JOIN principal ON principal.app = named.api
LEFT JOIN definition ON definition.api = named.api
LEFT JOIN api_name ON api_name.app_id = named.app_id
LEFT JOIN complete_definitions ON complete_definitions.api = named.api
LEFT JOIN complete_assignments ON complete_assignments.api = named.api;
INSERT INTO api
SELECT
    resource,
    NULL,
    resource.object_id,
    iif(principals_complete, 'An API that is gone', 'An API that was not read'),
    FALSE,
    NOT principals_complete,
    FALSE,
    FALSE
FROM resource
CROSS JOIN tenant
WHERE resource NOT IN (SELECT object FROM principal) AND resource NOT IN (SELECT resource FROM definition);
CREATE TABLE resource_api (resource INTEGER PRIMARY KEY, api INTEGER);
INSERT INTO resource_api
SELECT resource, coalesce(principal.app, definition.api, resource)
FROM resource
LEFT JOIN principal ON principal.object = resource
LEFT JOIN definition USING (resource);

-- Permissions: what the APIs publish, what is known by id alone, what is known by value alone.
CREATE TABLE permission (
    permission INTEGER PRIMARY KEY, api INTEGER, kind INTEGER, word INTEGER, value TEXT, id TEXT, published INTEGER,
    enabled INTEGER, user_consentable INTEGER, basic INTEGER, user_read INTEGER, flags INTEGER,
    sole_id INTEGER
);
CREATE TABLE permission_of_id (
    api INTEGER, kind INTEGER, id INTEGER, permission INTEGER, PRIMARY KEY (api, kind, id)
) WITHOUT ROWID;
CREATE TABLE permission_of_word (
    api INTEGER, kind INTEGER, word INTEGER, permission INTEGER, PRIMARY KEY (api, kind, word)
) WITHOUT ROWID;
INSERT INTO permission (api, kind, word, value, id, published, enabled, user_consentable)
SELECT api, kind, word, value, first_id, TRUE, enabled, min(user_consentable)
FROM (
    SELECT
        published.*,
        min(id) OVER same AS first_id,
        max(enabled) OVER same AS best
    FROM published
    WHERE api IN (SELECT api FROM api)
    WINDOW same AS (PARTITION BY api, kind, word)
)
WHERE enabled = best
GROUP BY api, kind, word;
INSERT INTO permission_of_word SELECT api, kind, word, permission FROM permission;
INSERT OR IGNORE INTO permission_of_id
SELECT api, kind, published.permission, permission_of_word.permission
FROM published
JOIN permission_of_word USING (api, kind, word);

INSERT INTO permission (api, kind, id, sole_id, published, enabled, user_consentable)
SELECT api, kind, id, permission, FALSE, TRUE, FALSE
FROM (
    SELECT DISTINCT api, kind, id, permission FROM manifest
    UNION
    SELECT api, 0, id, role
    FROM (SELECT DISTINCT resource, role, id FROM assignment WHERE role IS NOT NULL)
    JOIN resource_api USING (resource)
)
WHERE (api, kind, permission) NOT IN (SELECT api, kind, id FROM permission_of_id);
INSERT INTO permission_of_id SELECT api, kind, sole_id, permission FROM permission WHERE sole_id IS NOT NULL;

INSERT INTO permission (api, kind, word, value, published, enabled, user_consentable)
SELECT api, kind, word, min(word.value), FALSE, TRUE, FALSE
FROM (
    SELECT DISTINCT api, 1 AS kind, word
    FROM (SELECT resource, scope FROM tenant_grant UNION SELECT resource, scope FROM personal_grant)
    JOIN resource_api USING (resource)
    JOIN scope_value USING (scope)
    UNION
    SELECT api, kind, word FROM requirement
)
JOIN word USING (word)
WHERE (api, kind, word) NOT IN (SELECT api, kind, word FROM permission_of_word)
GROUP BY api, kind, word;
INSERT INTO permission_of_word
SELECT api, kind, word, permission FROM permission WHERE NOT published AND word IS NOT NULL;

UPDATE permission SET
    basic = kind = 1 AND api.app_id IS :graph
        AND coalesce(word.folded, '') IN ('openid', 'profile', 'email', 'offline_access'),
    user_read = kind = 1 AND api.app_id IS :graph AND word.folded IS 'user.read',
    flags = iif(
        api.app_id IS :azure_ad_graph OR (kind = 0 AND api.app_id IS :exchange AND word.folded IS 'full_access_as_app'),
        :retired_api,
        0
    ) + iif(kind = 1 AND user_consentable, :user_consentable, 0) + coalesce(
        (
            SELECT sum(flag) FROM (SELECT DISTINCT api, kind, word, flag FROM reach) AS reach
            WHERE reach.api = permission.api AND reach.kind = permission.kind AND reach.word = permission.word
        ),
        0
    )
FROM api, (SELECT word, folded FROM word UNION ALL SELECT NULL, NULL) AS word
WHERE api.api = permission.api AND word.word IS permission.word;

-- Apps: registrations and service principals joined by appId, bound to profiles by word, by appId, by name.
CREATE TABLE app (
    app INTEGER PRIMARY KEY, app_id TEXT, object_id TEXT, number INTEGER, registered INTEGER, declares INTEGER,
    certificate INTEGER, external INTEGER, undeclared TEXT, client_complete INTEGER, profile TEXT, doubtful INTEGER,
    baseline TEXT, evidence_unread INTEGER
);
INSERT INTO app
SELECT
    object,
    principal.app_id,
    object_id,
    principal.app,
    registration.app IS NOT NULL,
    coalesce(declares, FALSE),
    coalesce(certificate, FALSE),
    type <> 'ManagedIdentity' AND registration.app IS NULL AND owner IS NOT tenant.id
        AND coalesce(owner NOT IN (SELECT id FROM microsoft_tenant), TRUE),
    CASE
        WHEN registration.app IS NOT NULL THEN 'no'
        WHEN type <> 'Application' OR registrations_complete THEN 'unreadable'
        WHEN owner IS NULL OR owner = tenant.id THEN 'unverified'
        ELSE 'unreadable'
    END,
    object IN (SELECT object FROM complete_client),
    NULL,
    FALSE,
    NULL,
    FALSE
FROM principal
CROSS JOIN tenant
LEFT JOIN registration ON registration.app = principal.app;
INSERT INTO app
SELECT app, app_id, NULL, app, TRUE, declares, certificate, FALSE, 'no', FALSE, NULL, FALSE, NULL, FALSE
FROM registration
WHERE app NOT IN (SELECT app FROM principal);

CREATE INDEX app_of ON app (app_id);
CREATE TABLE bearer (app INTEGER, app_id TEXT, profile TEXT, PRIMARY KEY (app, profile)) WITHOUT ROWID;
INSERT OR IGNORE INTO bearer
SELECT app.app, app.app_id, profile.profile
FROM (
    SELECT object AS app, name FROM principal
    UNION ALL
    SELECT object, app_name FROM principal WHERE app_name <> name
    UNION ALL
    SELECT coalesce(object, registration.app), registration.name
    FROM registration
    LEFT JOIN principal ON principal.app = registration.app
) AS named
CROSS JOIN profile ON profile.name = named.name
JOIN app ON app.app = named.app;
UPDATE app SET profile = coalesce(binding.profile, profile.profile)
FROM (SELECT app_id FROM binding UNION SELECT app_id FROM profile WHERE app_id IS NOT NULL) AS said
LEFT JOIN binding ON binding.app_id = said.app_id
LEFT JOIN profile ON profile.app_id = said.app_id AND binding.app_id IS NULL
WHERE app.app_id = said.app_id;
UPDATE app SET profile = bearer.profile, doubtful = TRUE
FROM bearer
WHERE
    bearer.app = app.app
    AND app.profile IS NULL
    AND app.app_id NOT IN (SELECT app_id FROM binding)
    AND bearer.profile NOT IN (
        SELECT other.profile
        FROM bearer AS other
        JOIN app AS bound ON bound.app = other.app
        WHERE bound.profile = other.profile
        UNION
        -- Where the lists were cut, an app that was confirmed by its name is still there for all one can tell.
        SELECT profile
        FROM binding
        CROSS JOIN tenant
        WHERE
            NOT (registrations_complete AND principals_complete)
            AND NOT by_hand
            AND profile IS NOT NULL
            AND app_id NOT IN (SELECT app_id FROM app)
    );
UPDATE app SET
    baseline = CASE
        WHEN profile IS NOT NULL THEN 'profile'
        WHEN declares OR undeclared = 'unverified' THEN 'manifest'
        ELSE 'none'
    END,
    evidence_unread = CASE
        WHEN profile IS NULL OR undeclared <> 'unverified' THEN FALSE
        ELSE (app_id, profile) NOT IN (SELECT app_id, profile FROM chosen)
    END;

-- One row per app and permission. People are kept as one number: how many hold it, times eight; and 4 where one of them
-- is gone, 2 where one of them can sign in, 1 where it could not be read whether one of them can.
CREATE TABLE row (
    app INTEGER, permission INTEGER, in_manifest INTEGER, tenant INTEGER, people INTEGER, since INTEGER, newest INTEGER,
    requirement INTEGER, needed INTEGER
);
INSERT INTO row
SELECT
    app,
    permission,
    max(origin = 1),
    max(origin = 2),
    max(people),
    min(day),
    max(day),
    max(requirement),
    max(origin = 4)
FROM (
    SELECT app.app, permission_of_id.permission, 1 AS origin, 0 AS people, NULL AS day, NULL AS requirement
    FROM app
    JOIN manifest ON manifest.app = app.number
    JOIN permission_of_id
        ON permission_of_id.api = manifest.api
        AND permission_of_id.kind = manifest.kind
        AND permission_of_id.id = manifest.permission
    WHERE app.registered
    UNION ALL
    SELECT client, permission, 2, 0, day, NULL
    FROM assignment
    JOIN resource_api USING (resource)
    JOIN permission_of_id
        ON permission_of_id.api = resource_api.api
        AND permission_of_id.kind = 0
        AND permission_of_id.id = assignment.role
    UNION ALL
    SELECT client, permission, 2, 0, NULL, NULL
    FROM tenant_grant
    JOIN resource_api USING (resource)
    JOIN scope_value USING (scope)
    JOIN permission_of_word
        ON permission_of_word.api = resource_api.api
        AND permission_of_word.kind = 1
        AND permission_of_word.word = scope_value.word
    UNION ALL
    SELECT
        client,
        permission,
        0,
        count(DISTINCT person) * 8 + max(gone IS TRUE) * 4 + max(enabled IS TRUE AND gone IS FALSE) * 2
            + max(gone IS NULL OR (NOT gone AND enabled IS NULL)),
        NULL,
        NULL
    FROM personal_grant
    LEFT JOIN person USING (person)
    JOIN resource_api USING (resource)
    JOIN scope_value USING (scope)
    JOIN permission_of_word
        ON permission_of_word.api = resource_api.api
        AND permission_of_word.kind = 1
        AND permission_of_word.word = scope_value.word
    GROUP BY client, permission
    UNION ALL
    SELECT
        app,
        permission,
        iif(
            (NOT requirement.certificate OR coalesce(chosen.certificate, app.certificate)) AND (
                NOT cells OR chosen.app_id IS NULL OR EXISTS (
                    SELECT 1 FROM requirement_cell JOIN chosen_cell USING (cell)
                    WHERE
                        requirement_cell.requirement = requirement.requirement
                        AND chosen_cell.app_id = app.app_id
                        AND chosen_cell.profile = app.profile
                )
            ),
            4,
            0
        ),
        0,
        NULL,
        requirement
    FROM app
    JOIN requirement USING (profile)
    JOIN permission_of_word USING (api, kind, word)
    LEFT JOIN chosen ON chosen.app_id = app.app_id AND chosen.profile = app.profile
)
GROUP BY app, permission;
