-- Field keys: the keys of sealed values have numbers; the newest one seals.

CREATE TABLE field_keys (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    retired_at INTEGER, -- nothing in the tables is sealed under it any more
    proof BLOB -- a sentence sealed under it: the key in the file with this number is this store's
) STRICT;
INSERT INTO field_keys (id, made_at) VALUES (1, 0);

-- The number of the key stands before a sealed value.
UPDATE credentials SET totp_sealed = CAST(x'00000001' || totp_sealed AS BLOB) WHERE totp_sealed IS NOT NULL;

-- People are asked for by these, complete.
CREATE INDEX users_by_tax_id ON users (tax_id COLLATE NOCASE) WHERE tax_id IS NOT NULL;
CREATE INDEX users_by_birth_date ON users (birth_date COLLATE NOCASE) WHERE birth_date IS NOT NULL;
CREATE INDEX users_by_account_number ON users (account_number COLLATE NOCASE) WHERE account_number <> '';
CREATE INDEX users_by_referral_code ON users (referral_code COLLATE NOCASE) WHERE referral_code <> '';
