-- Version 1: the institution's people, what they may do, what was done, and what goes out.
-- Times are milliseconds since 1970 in UTC; `folded` columns are NFC and lower case.

CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- newest_time: no clock is believed that stands before it. authority: rises with every change of authority.
INSERT INTO state VALUES ('newest_time', 0), ('authority', 1);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Organisations -------------------------------------------------------------------------------------------------

CREATE TABLE organisations (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    key_folded TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE organisation_contact_types (
    organisation INTEGER NOT NULL REFERENCES organisations,
    contact TEXT NOT NULL CHECK (contact IN ('email', 'phone')),
    name TEXT NOT NULL,
    PRIMARY KEY (organisation, contact, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_account_types (
    organisation INTEGER NOT NULL REFERENCES organisations,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    attributes TEXT NOT NULL DEFAULT '[]', -- JSON: names of custom attributes
    PRIMARY KEY (organisation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_encrypted_fields (
    organisation INTEGER NOT NULL REFERENCES organisations,
    field TEXT NOT NULL,
    PRIMARY KEY (organisation, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE platform_accounts (
    id INTEGER PRIMARY KEY,
    organisation INTEGER NOT NULL REFERENCES organisations,
    name TEXT NOT NULL,
    UNIQUE (organisation, name)
) STRICT;

-- Groups and roles ----------------------------------------------------------------------------------------------

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    organisation INTEGER REFERENCES organisations,
    parent INTEGER REFERENCES groups,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    limit_currency TEXT,
    limit_transfer INTEGER,
    limit_day INTEGER,
    limit_month INTEGER,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX groups_by_parent ON groups (parent);

CREATE TABLE group_rights (
    group_id INTEGER NOT NULL REFERENCES groups ON DELETE CASCADE,
    right_code TEXT NOT NULL,
    PRIMARY KEY (group_id, right_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
    id INTEGER PRIMARY KEY,
    organisation INTEGER REFERENCES organisations,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE role_rights (
    role INTEGER NOT NULL REFERENCES roles ON DELETE CASCADE,
    right_code TEXT NOT NULL,
    PRIMARY KEY (role, right_code)
) STRICT, WITHOUT ROWID;

-- Users ---------------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never used again
    login TEXT,
    login_folded TEXT UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('admin', 'staff', 'customer')),
    kind_before TEXT CHECK (kind_before IN ('staff', 'customer')), -- what losing the level restores
    category TEXT CHECK (category IN ('personal', 'business')),
    business_name TEXT NOT NULL DEFAULT '',
    business_phone TEXT NOT NULL DEFAULT '',
    business_role TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    first_name TEXT NOT NULL DEFAULT '',
    middle_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    name_folded TEXT NOT NULL DEFAULT '', -- last, then first: the order of lists
    address_lines TEXT,
    address_city TEXT,
    address_region TEXT,
    address_postcode TEXT,
    address_country TEXT,
    birth_date TEXT,
    tax_id TEXT,
    organisation INTEGER NOT NULL REFERENCES organisations,
    group_id INTEGER REFERENCES groups,
    level TEXT CHECK (level IN ('MA', 'GA', 'OA', 'UA')),
    scope_all INTEGER NOT NULL DEFAULT 0 CHECK (scope_all IN (0, 1)),
    core_id TEXT NOT NULL DEFAULT '',
    referral_code TEXT NOT NULL DEFAULT '',
    account_number TEXT NOT NULL DEFAULT '',
    product TEXT NOT NULL DEFAULT 'digital banking' CHECK (product IN ('digital banking', 'account opening')),
    added INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    enrolled INTEGER,
    last_login INTEGER,
    onboarding_unfinished INTEGER NOT NULL DEFAULT 0,
    not_activated INTEGER NOT NULL DEFAULT 0,
    locked_at INTEGER,
    locked_by TEXT,
    locked_reason TEXT,
    auto_locked_at INTEGER,
    deactivated INTEGER NOT NULL DEFAULT 0,
    window_from INTEGER,
    window_to INTEGER,
    reset_until INTEGER,
    password_due INTEGER NOT NULL DEFAULT 0,
    password_expires_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((level IS NULL) = (kind <> 'admin')),
    CHECK (kind <> 'customer' OR group_id IS NULL)
) STRICT;
CREATE INDEX users_by_name ON users (name_folded, id);
CREATE INDEX users_by_level ON users (level) WHERE level IS NOT NULL;
CREATE INDEX users_by_group ON users (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX users_by_core_id ON users (core_id) WHERE core_id <> '';

-- The first number is U10001: five digits are read aloud without a doubt how many there were.
INSERT INTO sqlite_sequence (name, seq) VALUES ('users', 10000);

CREATE TABLE user_scope (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisations,
    PRIMARY KEY (user, organisation)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_emails (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    type TEXT NOT NULL,
    address TEXT NOT NULL,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    confirmed_at INTEGER,
    PRIMARY KEY (user, type)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_emails_primary ON user_emails (user) WHERE is_primary = 1;

CREATE TABLE user_phones (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    type TEXT NOT NULL,
    number TEXT NOT NULL,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    PRIMARY KEY (user, type)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_phones_primary ON user_phones (user) WHERE is_primary = 1;

CREATE TABLE user_roles (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    role INTEGER NOT NULL REFERENCES roles ON DELETE CASCADE,
    PRIMARY KEY (user, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_platform_accounts (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    account INTEGER NOT NULL REFERENCES platform_accounts ON DELETE CASCADE,
    PRIMARY KEY (user, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_core_ids (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    core_id TEXT NOT NULL,
    PRIMARY KEY (user, core_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_attributes (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_tags (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (user, tag)
) STRICT, WITHOUT ROWID;

-- Values of fields that the organisation marks as encrypted: sealed under a key outside the
-- database, found by a keyed hash of the complete value.
CREATE TABLE user_sealed_fields (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    field TEXT NOT NULL,
    key_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    keyed_hash BLOB NOT NULL CHECK (length(keyed_hash) = 16),
    PRIMARY KEY (user, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_sealed_fields_by_hash ON user_sealed_fields (keyed_hash);

CREATE TABLE account_ids (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    organisation INTEGER NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    value_folded TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('INITIAL', 'ACTIVE', 'INACTIVE')),
    attribute_1 TEXT NOT NULL DEFAULT '',
    attribute_2 TEXT NOT NULL DEFAULT '',
    attribute_3 TEXT NOT NULL DEFAULT '',
    attributes TEXT NOT NULL DEFAULT '{}', -- JSON
    UNIQUE (user, type),
    UNIQUE (organisation, type, value_folded),
    FOREIGN KEY (organisation, type) REFERENCES organisation_account_types (organisation, name)
) STRICT;

-- Credentials of operators --------------------------------------------------------------------------------------

CREATE TABLE credentials (
    user INTEGER PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash TEXT,
    password_set_at INTEGER,
    totp_sealed BLOB,
    totp_last_step INTEGER,
    mfa_exempt INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    key_failures INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE password_history (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    set_at INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (user, set_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_codes (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE ssh_keys (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    line TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    added_at INTEGER NOT NULL,
    PRIMARY KEY (user, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE trusted_keys (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (user, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('invite', 'reset', 'verification')),
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- History and notes ---------------------------------------------------------------------------------------------

CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL,
    code TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    ip TEXT NOT NULL DEFAULT '',
    device TEXT NOT NULL DEFAULT '',
    app TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX history_by_user ON history (user, seq);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    author_login TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_user ON notes (user, id);

-- What a deleted user leaves, read with `audit.view`.
CREATE TABLE archive (
    user INTEGER NOT NULL,
    login TEXT NOT NULL,
    organisation INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('history', 'note')),
    seq INTEGER NOT NULL,
    row TEXT NOT NULL, -- JSON
    PRIMARY KEY (user, kind, seq)
) STRICT, WITHOUT ROWID;

-- Audit ---------------------------------------------------------------------------------------------------------

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    via TEXT NOT NULL,
    source TEXT NOT NULL,
    session INTEGER NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    target_id INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('allowed', 'denied')),
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    organisations TEXT NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_by_target ON audit (target_id, seq) WHERE target_id <> 0;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit is never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit is never cut'); END;

-- Messages and what others are told -------------------------------------------------------------------------------

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE, -- the same at every try: at least once, told apart by this
    audit INTEGER NOT NULL,
    user INTEGER NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'event')),
    recipient TEXT NOT NULL,
    template TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON: what the template fills in
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given up')),
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_user ON outbox (user) WHERE state = 'waiting';

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL
) STRICT;

-- The account as a whole ------------------------------------------------------------------------------------------

CREATE TABLE api_keys (
    identifier TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    older_hash TEXT,
    older_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE business_details (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL DEFAULT '',
    registration_number TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE preferences (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, name)
) STRICT, WITHOUT ROWID;
