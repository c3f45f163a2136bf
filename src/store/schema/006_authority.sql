-- The number of authority rises by itself with whatever changes what somebody may do, whoever writes it: every live
-- session compares it before it believes what it holds. What is done to customers leaves it alone.

CREATE TRIGGER authority_of_users AFTER UPDATE OF kind, level, scope_all, organisation, group_id, locked_at, auto_locked_at,
    deactivated, window_from, window_to, onboarding_unfinished, not_activated, password_due, password_expires_at ON users
WHEN OLD.kind <> 'customer' OR NEW.kind <> 'customer'
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_users_gone AFTER DELETE ON users WHEN OLD.kind <> 'customer'
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;

CREATE TRIGGER authority_of_scope_given AFTER INSERT ON user_scope
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_scope_taken AFTER DELETE ON user_scope
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_roles_given AFTER INSERT ON user_roles
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_roles_taken AFTER DELETE ON user_roles
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_accounts_given AFTER INSERT ON user_platform_accounts
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_accounts_taken AFTER DELETE ON user_platform_accounts
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;

CREATE TRIGGER authority_of_role_rights_given AFTER INSERT ON role_rights
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_role_rights_taken AFTER DELETE ON role_rights
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_group_rights_given AFTER INSERT ON group_rights
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_group_rights_taken AFTER DELETE ON group_rights
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_groups AFTER UPDATE OF parent, organisation ON groups
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_groups_made AFTER INSERT ON groups
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
CREATE TRIGGER authority_of_groups_gone AFTER DELETE ON groups
BEGIN UPDATE state SET value = value + 1 WHERE name = 'authority'; END;
