//! Forty people of every level, with roles and groups and without, in two organisations.

use rusqlite::params;
use wardroom::domain::level::Level;
use wardroom::domain::user::Kind;

use crate::chance::Chance;
use crate::model::{RIGHTS, bit, closed};
use crate::world::{CUSTOMER, Someone, World, admin, staff};

/// With all that they imply, as everything is stored.
fn whole(codes: &[&'static str]) -> Vec<&'static str> {
    let rights = closed(codes.iter().map(|code| bit(code)).fold(0, |all, one| all | one));
    RIGHTS.map(|(code, ..)| code).into_iter().filter(|code| rights & bit(code) != 0).collect()
}

/// Puts them there. No platform accounts are with whom they were not put.
pub(crate) fn population(world: &World) {
    structure(world);
    let both: &[&str] = &["retail", "cards"];
    for (at, level) in [Level::Global, Level::Organisation, Level::User].into_iter().enumerate() {
        for (login, scope, group) in [
            ("a", None, None),
            ("b", Some(both), None),
            ("c", Some(both), Some("tier")),
            ("d", None, Some("branch")),
        ] {
            let login = format!("{}{login}", ["g", "o", "u"][at]);
            world.add(Someone { scope, group, ..admin(&login, level) });
        }
        let login = format!("{}cards", ["g", "o", "u"][at]);
        world.add(Someone { organisation: "cards", ..admin(&login, level) });
    }
    world.add(admin("m2", Level::Master));
    world.add(admin("m3", Level::Master));
    for (login, roles, group, organisation) in [
        ("s1", &["desk"][..], None, "retail"),
        ("s2", &["desk", "clerks"], None, "retail"),
        ("s3", &["makers"], None, "retail"),
        ("s4", &["makers", "auditors"], Some("branch"), "retail"),
        ("s5", &[], Some("branch"), "retail"),
        ("s6", &["desk"], Some("tier"), "retail"),
        ("s7", &[], Some("tier"), "retail"),
        ("s8", &[], Some("corner"), "retail"),
        ("s9", &["cards desk"], None, "cards"),
        ("sa", &["cards desk", "auditors"], Some("plastic"), "cards"),
        ("sb", &[], Some("wide"), "cards"),
        ("sc", &["clerks"], Some("wide"), "retail"),
        ("sd", &[], None, "retail"),
    ] {
        world.add(Someone { organisation, group, ..staff(login, roles) });
    }
    for (login, organisation) in
        [("c1", "retail"), ("c2", "retail"), ("c3", "retail"), ("c4", "cards"), ("c5", "cards")]
    {
        world.add(Someone { login, kind: Kind::Customer, organisation, ..CUSTOMER });
    }
    let sql = world.sql();
    // Some are global in scope, and most have some account.
    sql.execute("UPDATE users SET scope_all = 1 WHERE login IN ('gb', 'ob')", []).unwrap();
    sql.execute("DELETE FROM user_scope WHERE user IN (SELECT id FROM users WHERE scope_all = 1)", [])
        .unwrap();
    sql.execute(
        "INSERT INTO user_platform_accounts SELECT u.id, a.id FROM users u, platform_accounts a
         WHERE u.kind <> 'customer' AND a.organisation = u.organisation AND (u.id + a.id) % 3 > 0",
        [],
    )
    .unwrap();
}

/// Their roles, groups and platform accounts.
fn structure(world: &World) {
    let desk = ["user.lock", "user.update", "user.activate", "user.note"];
    world.role("desk", Some("retail"), &whole(&desk));
    world.role("cards desk", Some("cards"), &whole(&["user.lock", "user.delete", "group.manage"]));
    world.role("auditors", None, &whole(&["audit.view"]));
    world.role("clerks", None, &whole(&["user.view", "user.promote"]));
    world.role(
        "makers",
        Some("retail"),
        &whole(&["role.manage", "group.manage", "user.update", "user.lock"]),
    );
    let all = RIGHTS.map(|(code, ..)| code);
    world.group("branch", Some("retail"), None, &whole(&all));
    let some = ["user.lock", "user.update", "user.promote", "group.manage", "role.manage", "user.delete"];
    world.group("tier", Some("retail"), Some("branch"), &whole(&some));
    world.group(
        "corner",
        Some("retail"),
        Some("tier"),
        &whole(&["user.lock", "user.update", "group.manage"]),
    );
    world.group("plastic", Some("cards"), None, &whole(&["user.lock", "group.manage", "user.update"]));
    world.group("wide", None, None, &whole(&["user.view", "user.lock", "group.manage"]));
    for (name, organisation) in [("ledger", "retail"), ("vault", "retail"), ("mint", "cards")] {
        world.platform_account(name, organisation);
    }
}

/// What no operator's action does: passwords that are due are set, and some doors open again, so that it goes on.
pub(crate) fn heal(sql: &rusqlite::Connection, chance: &mut Chance) {
    sql.execute("UPDATE users SET password_due = 0", []).unwrap();
    let part = i64::try_from(chance.below(3)).unwrap();
    let open = "UPDATE users SET locked_at = NULL, locked_by = NULL, locked_reason = NULL, deactivated = 0,
                    window_from = NULL, window_to = NULL, version = version + 1 WHERE id % 3 = ?1";
    sql.execute(open, params![part]).unwrap();
    // Groups and roles do not stay poor for ever.
    sql.execute(
        "INSERT OR IGNORE INTO role_rights SELECT r.id, c.value FROM roles r, json_each('[\"user.view\",\"user.lock\"]') c
         WHERE r.id % 3 = ?1",
        params![part],
    )
    .unwrap();
}
