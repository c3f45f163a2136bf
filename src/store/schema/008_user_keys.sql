-- Logins and the order of names, in tables beside the users: whoever writes a million of them writes these afterwards, in
-- their own order. An index is written with each row, wherever that falls: nearly every row touches another page of it.

DROP INDEX users_by_name;
-- Nobody asks the store by it: the search in memory knows it.
DROP INDEX users_by_core_id;

-- Who has a login. Nobody else may.
CREATE TABLE user_logins (
    login_folded TEXT PRIMARY KEY,
    user INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The order of lists.
CREATE TABLE user_names (
    name_folded TEXT NOT NULL,
    user INTEGER NOT NULL,
    PRIMARY KEY (name_folded, user)
) STRICT, WITHOUT ROWID;

INSERT INTO user_logins SELECT login_folded, id FROM users WHERE login_folded IS NOT NULL ORDER BY login_folded;
INSERT INTO user_names SELECT name_folded, id FROM users ORDER BY name_folded, id;

-- Users of a batch whose names stand there: all of them, before it is shown.
ALTER TABLE hidden_batches ADD COLUMN keyed INTEGER NOT NULL DEFAULT 0;
UPDATE hidden_batches SET keyed = created;

-- Whoever fills a batch does it by hand, sorted.
CREATE TRIGGER user_keys_made AFTER INSERT ON users WHEN NEW.batch IS NULL
BEGIN
    INSERT INTO user_logins SELECT NEW.login_folded, NEW.id WHERE NEW.login_folded IS NOT NULL;
    INSERT INTO user_names VALUES (NEW.name_folded, NEW.id);
END;
CREATE TRIGGER user_keys_login AFTER UPDATE OF login_folded ON users WHEN OLD.login_folded IS NOT NEW.login_folded
BEGIN
    DELETE FROM user_logins WHERE login_folded = OLD.login_folded AND user = OLD.id;
    INSERT INTO user_logins SELECT NEW.login_folded, NEW.id WHERE NEW.login_folded IS NOT NULL;
END;
CREATE TRIGGER user_keys_name AFTER UPDATE OF name_folded ON users WHEN OLD.name_folded <> NEW.name_folded
BEGIN
    DELETE FROM user_names WHERE name_folded = OLD.name_folded AND user = OLD.id;
    INSERT INTO user_names VALUES (NEW.name_folded, NEW.id);
END;
CREATE TRIGGER user_keys_gone AFTER DELETE ON users
BEGIN
    DELETE FROM user_logins WHERE login_folded = OLD.login_folded AND user = OLD.id;
    DELETE FROM user_names WHERE name_folded = OLD.name_folded AND user = OLD.id;
END;
