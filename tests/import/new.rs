//! Rows that make a user: right, kind, organisation, status, and what may be given.

use wardroom::base::ids::UserId;
use wardroom::base::time::Timestamp;
use wardroom::domain::import::{Cell, UserRow};
use wardroom::domain::status::Status;
use wardroom::domain::user::Kind;

use crate::{assert_allowed, assert_refused, import, listed, row, said, world};

fn of_kind(kind: Kind) -> UserRow {
    UserRow { kind: Cell::Given(kind), ..row("new") }
}

#[test]
fn a_row_becomes_a_user_with_all_that_it_says() {
    let world = world();
    let given = UserRow {
        id: Cell::Given(UserId(77_777)),
        kind: Cell::Given(Kind::Customer),
        status: Cell::Given(Status::Initial),
        title: said("Dr"),
        first_name: said("Chloé"),
        last_name: said("Ångström"),
        email: said("chloe@corner.example"),
        phone: said("+447700904417"),
        category: said("business"),
        core_id: said("C-9"),
        added: Cell::Given(Timestamp(5)),
        last_login: Cell::Given(Timestamp(6)),
        attributes: vec![("branch".to_owned(), said("Leeds"))],
        ..row("Chloe")
    };
    assert_eq!(import(&world, "master", given).unwrap().created, 1);
    let user = "SELECT id || kind || not_activated || title || first_name || last_name || category || core_id || added
        || last_login || login || login_folded FROM users WHERE login = 'Chloe'";
    assert_eq!(world.value(user), "77777customer1DrChloéÅngströmbusinessC-956Chloechloe");
    let value = |sql: &str| world.value(sql);
    assert_eq!(
        value("SELECT address || is_primary || (confirmed_at IS NULL) FROM user_emails WHERE user = 77777"),
        "chloe@corner.example11"
    );
    assert_eq!(value("SELECT number FROM user_phones WHERE user = 77777"), "+447700904417");
    assert_eq!(value("SELECT name || value FROM user_attributes WHERE user = 77777"), "branchLeeds");
    assert_eq!(value("SELECT code || detail FROM history WHERE user = 77777"), "users.createimport 1");
    assert_eq!(value("SELECT count(*) FROM user_scope WHERE user = 77777"), "0", "never a scope");
}

#[test]
fn a_level_is_never_imported() {
    assert_refused(&world(), "master", of_kind(Kind::Admin), "kind", "never imported");
    assert_eq!(assert_allowed(&world(), "master", of_kind(Kind::Staff)).created, 1);
}

#[test]
fn the_organisation_is_named_where_there_are_several_and_lies_within_the_scope() {
    let world = world();
    let nowhere = UserRow { organisation: Cell::Missing, ..row("new") };
    assert_refused(&world, "master", nowhere, "organisation", "is required");
    let cards = |login| UserRow { organisation: said("cards"), ..row(login) };
    assert_refused(&world, "user", cards("new"), "organisation", "no organisation `cards` that you may see");
    let unknown = UserRow { organisation: said("moon"), ..row("new") };
    assert_refused(&world, "user", unknown, "organisation", "no organisation `moon` that you may see");
    assert_eq!(assert_allowed(&world, "global", cards("new")).created, 1);
}

#[test]
fn a_new_user_is_active_initial_or_by_the_rights_for_it_locked_or_inactive() {
    let world = world();
    let in_status = |status| UserRow { status: Cell::Given(status), ..row("new") };
    for status in Status::ALL {
        let importable =
            matches!(status, Status::Active | Status::Initial | Status::Inactive | Status::LockedByAdmin);
        if importable {
            let fresh = world.copy();
            import(&fresh, "master", in_status(status)).unwrap();
            assert_eq!(fresh.status("new"), status);
        } else {
            assert_refused(&world, "master", in_status(status), "status", "must be ACTIVE");
        }
    }
    // The role to import creates and updates, and does neither lock nor deactivate.
    assert_allowed(&world, "plain", in_status(Status::Active));
    assert_refused(&world, "plain", in_status(Status::LockedByAdmin), "status", "user.lock");
    assert_refused(&world, "plain", in_status(Status::Inactive), "status", "user.activate");
}

#[test]
fn a_customer_has_no_group_and_no_roles_and_staff_no_category() {
    let world = world();
    let customer = || of_kind(Kind::Customer);
    assert_refused(
        &world,
        "master",
        UserRow { group: said("desk"), ..customer() },
        "group",
        "a customer has no group",
    );
    assert_refused(
        &world,
        "master",
        UserRow { roles: listed(&["tellers"]), ..customer() },
        "roles",
        "a customer has no group",
    );
    assert_refused(
        &world,
        "master",
        UserRow { category: said("business"), ..of_kind(Kind::Staff) },
        "category",
        "only customers",
    );
    assert_allowed(&world, "master", UserRow { roles: Cell::Empty, group: Cell::Empty, ..customer() });
}

#[test]
fn only_what_the_operator_holds_is_given_and_only_to_its_own_organisation() {
    let world = world();
    let with = |roles: &[&str]| UserRow { roles: listed(roles), ..of_kind(Kind::Staff) };
    assert_allowed(&world, "master", with(&["mighty"]));
    assert_refused(&world, "user", with(&["mighty"]), "roles", "holds rights that you lack");
    assert_allowed(&world, "user", with(&["tellers", "wide"]));
    assert_refused(&world, "master", with(&["dealers"]), "roles", "no role `dealers` in that organisation");
    assert_refused(&world, "master", with(&["kings"]), "roles", "no role `kings`");
}

#[test]
fn whom_an_operator_in_a_group_makes_ends_strictly_below_it() {
    let world = world();
    let staff = |group: Cell<String>| UserRow { group, ..of_kind(Kind::Staff) };
    assert_allowed(&world, "grouped", staff(said("desk")));
    assert_refused(&world, "grouped", staff(said("branch")), "group", "not below your own group");
    let with_role = UserRow { roles: listed(&["tellers"]), ..staff(Cell::Missing) };
    assert_refused(&world, "grouped", with_role.clone(), "group", "must be one below your own");
    assert_allowed(&world, "grouped", UserRow { group: said("desk"), ..with_role });
    // Without level and without group nobody is put into one.
    assert_refused(&world, "plain", staff(said("desk")), "group", "without level and group");
}

#[test]
fn an_id_is_kept_unless_it_is_another_users() {
    let world = world();
    let with = |id| UserRow { id: Cell::Given(id), ..row("new") };
    assert_refused(&world, "master", with(world.id("c.kim")), "id", "is another user's");
    import(&world, "master", with(UserId(90_000))).unwrap();
    assert_eq!(world.id("new"), UserId(90_000));
    import(&world, "master", row("next")).unwrap();
    assert_eq!(world.id("next"), UserId(90_001), "a number is never used again");
}
