//! Rows about somebody who is there: each changed value asks what its action would ask.

use wardroom::base::ids::UserId;
use wardroom::base::time::Timestamp;
use wardroom::domain::import::{Cell, UserRow};
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::domain::user::Kind;

use crate::world::{CUSTOMER, Someone, World, admin, staff};
use crate::{TOLD, assert_allowed, assert_refused, import, listed, row, said, world};

fn named(login: &str) -> UserRow {
    UserRow { first_name: said("Zoe"), ..row(login) }
}

#[test]
fn a_row_that_says_what_is_there_changes_nothing() {
    let world = world();
    let same = UserRow {
        kind: Cell::Given(Kind::Customer),
        status: Cell::Given(Status::Active),
        first_name: said("Ann"),
        last_name: said("c.kim"),
        email: said("c.kim@bank.example"),
        category: said("personal"),
        core_id: Cell::Empty,
        id: Cell::Given(UserId(1)),
        added: Cell::Given(Timestamp(1)),
        ..row("C.KIM")
    };
    let before = world.contents();
    assert_eq!(import(&world, "user", same).unwrap().unchanged, 1);
    let changed = crate::world::differing(&before, &world.contents());
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), TOLD, "not even its version");
}

#[test]
fn a_changed_value_is_written_with_version_history_and_feed() {
    let world = world();
    let version = |world: &World| world.value("SELECT version FROM users WHERE login = 'c.kim'");
    assert_eq!(version(&world), "1");
    let change = UserRow { email: said("new@corner.example"), ..named("c.kim") };
    assert_eq!(import(&world, "user", change).unwrap().updated, 1);
    assert_eq!(version(&world), "2");
    assert_eq!(world.value("SELECT first_name || last_name FROM users WHERE login = 'c.kim'"), "Zoec.kim");
    let codes = "SELECT group_concat(code) FROM (SELECT code FROM history ORDER BY code)";
    assert_eq!(world.value(codes), "user.email_update,user.update");
    let feed = format!(
        "SELECT count(*) FROM changes WHERE kind = 'user' AND {0} BETWEEN first_id AND last_id",
        world.id("c.kim").0
    );
    assert_eq!(world.value(&feed), "1");
    assert_eq!(world.value("SELECT confirmed_at IS NULL FROM user_emails WHERE address LIKE 'new@%'"), "1");
}

#[test]
fn what_no_action_changes_is_refused() {
    let world = world();
    let cases = [
        (UserRow { kind: Cell::Given(Kind::Staff), ..row("c.kim") }, "kind"),
        (UserRow { kind: Cell::Empty, ..row("c.kim") }, "kind"),
        (UserRow { organisation: said("cards"), ..row("c.kim") }, "organisation"),
        (UserRow { organisation: Cell::Empty, ..row("c.kim") }, "organisation"),
        (UserRow { status: Cell::Given(Status::Inactive), ..row("c.kim") }, "status"),
        (UserRow { category: said("business"), ..row("c.kim") }, "category"),
        (UserRow { core_id: said("C-1"), ..row("c.kim") }, "core_id"),
        (UserRow { enrolled: Cell::Given(Timestamp(9)), ..row("c.kim") }, "enrolled"),
    ];
    for (change, column) in cases {
        assert_refused(&world, "master", change, column, "must");
    }
}

#[test]
fn somebody_out_of_sight_is_not_told_to_exist() {
    let world = world();
    let hidden = world.add(Someone { group: Some("branch"), ..staff("hidden", &[]) });
    assert_refused(&world, "user", named("far.away"), "login", "cannot be used");
    assert_refused(&world, "plain", named("hidden"), "login", "cannot be used");
    assert_eq!(
        assert_allowed(&world, "user", named("hidden")).updated,
        1,
        "{hidden}: a level sees every group"
    );
}

#[test]
fn the_level_must_reach_whoever_is_changed() {
    let world = world();
    world.add(admin("second", Level::Organisation));
    assert_refused(&world, "user", named("second"), "login", "does not reach level OA");
    assert_refused(&world, "plain", named("second"), "login", "does not reach level OA");
    assert_eq!(assert_allowed(&world, "global", named("second")).updated, 1);
    let same = UserRow { first_name: said("Ann"), ..row("second") };
    assert_eq!(assert_allowed(&world, "user", same).unchanged, 1, "what changes nothing asks nothing");
}

#[test]
fn email_and_phone_ask_their_own_right() {
    let world = world();
    for (change, right) in [
        (UserRow { email: said("new@x.example"), ..row("c.kim") }, "user.email.change"),
        (UserRow { phone: said("+4412345"), ..row("c.kim") }, "user.phone.change"),
    ] {
        let column = if change.email.is_said() { "email" } else { "phone" };
        assert_refused(&world, "plain", change.clone(), column, right);
        assert_eq!(assert_allowed(&world, "user", change).updated, 1);
    }
    assert_eq!(assert_allowed(&world, "plain", named("c.kim")).updated, 1, "a name asks the right to update");
}

#[test]
fn whoever_changes_contact_must_hold_all_that_the_user_holds() {
    let world = world();
    world.add(staff("strong", &["mighty"]));
    let email = |login: &str| UserRow { email: said("new@x.example"), ..row(login) };
    assert_refused(&world, "user", email("strong"), "email", "let you become this user");
    assert_eq!(assert_allowed(&world, "user", email("colleague")).updated, 1);
    assert_eq!(assert_allowed(&world, "master", email("strong")).updated, 1);
}

#[test]
fn nobody_imports_contact_group_or_roles_of_their_own() {
    let world = world();
    let own = || row("user");
    assert_refused(
        &world,
        "user",
        UserRow { email: said("me@x.example"), ..own() },
        "email",
        "to themselves",
    );
    assert_refused(&world, "user", UserRow { phone: said("+4412345"), ..own() }, "phone", "to themselves");
    assert_refused(
        &world,
        "user",
        UserRow { roles: listed(&["tellers"]), ..own() },
        "roles",
        "to themselves",
    );
    assert_refused(&world, "user", UserRow { group: said("desk"), ..own() }, "group", "to themselves");
    assert_eq!(assert_allowed(&world, "user", named("user")).updated, 1, "a name is one's own business");
}

#[test]
fn what_is_given_is_held_and_fits() {
    let world = world();
    let roles = |login: &str, names: &[&str]| UserRow { roles: listed(names), ..row(login) };
    assert_refused(&world, "user", roles("colleague", &["mighty"]), "roles", "holds rights that you lack");
    assert_refused(&world, "master", roles("c.kim", &["tellers"]), "roles", "a customer has no group");
    assert_eq!(assert_allowed(&world, "user", roles("colleague", &["wide"])).updated, 1);
    let group = |login: &str, name: &str| UserRow { group: said(name), ..row(login) };
    assert_eq!(assert_allowed(&world, "user", group("colleague", "desk")).updated, 1);
    assert_refused(&world, "grouped", group("colleague", "branch"), "group", "not below your own group");
    assert_refused(&world, "plain", group("colleague", "desk"), "group", "without level and group");
    world.add(admin("second", Level::Master));
    assert_refused(
        &world,
        "master",
        group("second", "desk"),
        "group",
        "no master administrator is in a group",
    );
    world.add(Someone { login: "dealer", organisation: "cards", ..staff("dealer", &[]) });
    let far = UserRow { organisation: said("cards"), ..group("dealer", "desk") };
    assert_refused(&world, "master", far, "group", "no group `desk` in that organisation");
}

#[test]
fn whom_an_operator_in_a_group_moves_stays_below_it_unless_without_level_and_roles() {
    let world = world();
    world.add(Someone { group: Some("desk"), ..staff("able", &["tellers"]) });
    world.add(Someone { group: Some("desk"), ..staff("idle", &[]) });
    let out = |login: &str| UserRow { group: Cell::Empty, ..row(login) };
    assert_refused(&world, "grouped", out("able"), "group", "must be one below your own");
    let bare = UserRow { roles: Cell::Empty, ..out("able") };
    assert_eq!(assert_allowed(&world, "grouped", bare).updated, 1, "without roles by the same row");
    let roles = UserRow { roles: listed(&["tellers"]), ..out("idle") };
    assert_refused(&world, "grouped", roles, "group", "must be one below your own");
    assert_eq!(assert_allowed(&world, "grouped", out("idle")).updated, 1);
    assert_eq!(assert_allowed(&world, "user", out("able")).updated, 1, "whoever is in no group moves freely");
}

#[test]
fn a_new_primary_address_takes_the_place_of_the_old_one_and_of_no_other() {
    let world = world();
    let user = world.id("c.kim").0;
    world
        .sql()
        .execute_batch(&format!(
            "UPDATE user_emails SET type = 'work', confirmed_at = 5 WHERE user = {user};
             INSERT INTO user_emails VALUES ({user}, 'main', 'second@bank.example', 0, 7)"
        ))
        .unwrap();
    import(&world, "master", UserRow { email: said("new@corner.example"), ..row("c.kim") }).unwrap();
    let all = "SELECT group_concat(type || address || is_primary || ifnull(confirmed_at, '-'), ' ')
        FROM (SELECT * FROM user_emails WHERE user = ? ORDER BY type)"
        .replace('?', &user.to_string());
    assert_eq!(world.value(&all), "mainsecond@bank.example07 worknew@corner.example1-");
}

#[test]
fn an_empty_cell_clears_and_a_missing_column_leaves() {
    let world = world();
    let cleared = UserRow { email: Cell::Empty, roles: Cell::Empty, ..row("colleague") };
    assert_eq!(import(&world, "master", cleared).unwrap().updated, 1);
    let of = |table: &str| format!("SELECT count(*) FROM {table} WHERE user = {}", world.id("colleague").0);
    assert_eq!(
        (world.value(&of("user_emails")), world.value(&of("user_roles"))),
        ("0".to_owned(), "0".to_owned())
    );
    assert_eq!(world.value("SELECT first_name FROM users WHERE login = 'colleague'"), "Ann");
    let attributes = |cell| UserRow { attributes: vec![("branch".to_owned(), cell)], ..row("c.kim") };
    import(&world, "master", attributes(said("Leeds"))).unwrap();
    assert_eq!(world.rows("user_attributes"), 1);
    import(&world, "master", attributes(Cell::Empty)).unwrap();
    assert_eq!(world.rows("user_attributes"), 0);
}

#[test]
fn a_mask_is_no_value() {
    let world = world();
    world.add(Someone { login: "other", ..CUSTOMER });
    assert_refused(
        &world,
        "master",
        UserRow { email: said("o***@ban***.example"), ..row("other") },
        "email",
        "mask",
    );
}
