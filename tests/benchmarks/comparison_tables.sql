-- The decoded rows of a scan, of the catalog and of what people said. Ids and claim values come as numbers that the
-- loader gives them, the same number for the same text; the texts themselves stand where the answer names them.

CREATE TABLE tenant (
    id TEXT, registrations_complete INTEGER, principals_complete INTEGER, grants_complete INTEGER
);
CREATE TABLE microsoft_tenant (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE complete_definitions (api INTEGER PRIMARY KEY);
CREATE TABLE complete_assignments (api INTEGER PRIMARY KEY);
CREATE TABLE complete_client (object INTEGER PRIMARY KEY);

CREATE TABLE registration (
    app INTEGER PRIMARY KEY, app_id TEXT, name TEXT, declares INTEGER, certificate INTEGER
);
CREATE TABLE principal (
    object INTEGER PRIMARY KEY, object_id TEXT, app INTEGER, app_id TEXT, display_name TEXT, name TEXT, app_name TEXT,
    owner TEXT, type TEXT
);
CREATE TABLE manifest (app INTEGER, api INTEGER, api_id TEXT, kind INTEGER, permission INTEGER, id TEXT);
CREATE TABLE assignment (client INTEGER, resource INTEGER, role INTEGER, id TEXT, day INTEGER);
CREATE TABLE tenant_grant (client INTEGER, resource INTEGER, scope INTEGER);
CREATE TABLE personal_grant (client INTEGER, resource INTEGER, scope INTEGER, person INTEGER);
CREATE TABLE resource (resource INTEGER PRIMARY KEY, object_id TEXT);
CREATE TABLE scope_value (scope INTEGER, word INTEGER);
CREATE TABLE word (word INTEGER PRIMARY KEY, value TEXT, folded TEXT);
CREATE TABLE person (person INTEGER PRIMARY KEY, enabled INTEGER, gone INTEGER);
CREATE TABLE definition (api INTEGER PRIMARY KEY, app_id TEXT, resource INTEGER, object_id TEXT, name TEXT);
CREATE TABLE published (
    api INTEGER, kind INTEGER, permission INTEGER, id TEXT, word INTEGER, value TEXT, enabled INTEGER,
    user_consentable INTEGER
);

CREATE TABLE api_name (app_id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE reach (api INTEGER, kind INTEGER, word INTEGER, flag INTEGER);
CREATE TABLE cover (api INTEGER, kind INTEGER, broader INTEGER, narrower INTEGER);
CREATE TABLE profile (profile TEXT PRIMARY KEY, name TEXT, app_id TEXT) WITHOUT ROWID;
CREATE TABLE requirement (
    requirement INTEGER PRIMARY KEY, profile TEXT, api INTEGER, api_id TEXT, kind INTEGER, word INTEGER, value TEXT,
    last_update TEXT, everyone INTEGER, certificate INTEGER, cells INTEGER
);
CREATE TABLE requirement_cell (requirement INTEGER, cell TEXT);
CREATE TABLE binding (app_id TEXT PRIMARY KEY, profile TEXT, by_hand INTEGER) WITHOUT ROWID;
CREATE TABLE chosen (app_id TEXT, profile TEXT, certificate INTEGER, PRIMARY KEY (app_id, profile)) WITHOUT ROWID;
CREATE TABLE chosen_cell (app_id TEXT, profile TEXT, cell TEXT);
CREATE TABLE acceptance (
    acceptance INTEGER PRIMARY KEY, app_id TEXT, api INTEGER, kind INTEGER, word INTEGER, until INTEGER
);
