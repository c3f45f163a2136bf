//! One made-up person, written: the row of the table and all that hangs on it.

use rusqlite::{Connection, params};

use crate::base::ids::BatchId;
use crate::base::text::folded;
use crate::demo::person::Person;
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::user::{Business, Category, Kind, User};
use crate::store::list::name_key;

/// Writes `person` through prepared statements: millions pass here.
pub(super) fn write(connection: &Connection, person: &Person, batch: BatchId) -> rusqlite::Result<()> {
    let user = &person.user;
    profile(connection, person, batch)?;
    contacts(connection, user)?;
    authority(connection, user)?;
    marks(connection, user)?;
    for account in &person.account_ids {
        connection
            .prepare_cached(
                "INSERT INTO account_ids (user, organisation, type, value, value_folded, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                user.id.0,
                user.organisation.id.0,
                account.kind,
                account.value,
                folded(&account.value),
                account.status
            ])?;
    }
    past(connection, person)
}

fn profile(connection: &Connection, person: &Person, batch: BatchId) -> rusqlite::Result<()> {
    let (user, nobody) = (&person.user, Business::default());
    let business = user.category.as_ref().and_then(business_of).unwrap_or(&nobody);
    let (address, facts) = (user.address.as_ref(), &user.facts);
    let lock = facts.admin_lock.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO users (id, login, login_folded, kind, kind_before, category, business_name, business_phone,
                 business_role, title, first_name, middle_name, last_name, name_folded, address_lines, address_city,
                 address_region, address_postcode, address_country, birth_date, tax_id, organisation, group_id, level,
                 scope_all, core_id, referral_code, account_number, product, added, modified, enrolled, last_login, version,
                 onboarding_unfinished, not_activated, locked_at, locked_by, locked_reason, auto_locked_at, deactivated,
                 window_from, window_to, reset_until, password_due, password_expires_at, batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                 ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43,
                 ?44, ?45, ?46, ?47)",
        )?
        .execute(params![
            user.id.0,
            user.login,
            user.login.as_deref().map(folded),
            user.kind.word(),
            (user.kind == Kind::Admin).then_some(Kind::Staff.word()),
            user.category.as_ref().map(Category::word),
            business.name,
            business.phone,
            business.role,
            user.names.title,
            user.names.first,
            user.names.middle,
            user.names.last,
            name_key(&user.names.last, &user.names.first),
            address.map(|address| &address.lines),
            address.map(|address| &address.city),
            address.map(|address| &address.region),
            address.map(|address| &address.postcode),
            address.map(|address| &address.country),
            known(&user.birth_date),
            known(&user.tax_id),
            user.organisation.id.0,
            user.group.as_ref().map(|group| group.id.0),
            user.level.map(Level::code),
            user.level.is_some() && user.scope == Scope::All,
            user.core_id,
            user.referral_code,
            user.account_number,
            user.product.word(),
            user.added.0,
            user.modified.0,
            user.enrolled.map(|at| at.0),
            user.last_login.map(|at| at.0),
            user.version,
            facts.onboarding_unfinished,
            facts.not_activated,
            lock.map(|lock| lock.at.0),
            lock.map(|lock| &lock.by),
            lock.map(|lock| &lock.reason),
            facts.auto_locked_at.map(|at| at.0),
            facts.deactivated,
            facts.window.map(|window| window.from.0),
            facts.window.and_then(|window| window.to).map(|to| to.0),
            facts.reset_until.map(|at| at.0),
            facts.password_due,
            facts.password_expires_at.map(|at| at.0),
            batch.0,
        ])
        .map(drop)
}

fn business_of(category: &Category) -> Option<&Business> {
    match category {
        Category::Business(business) => Some(business),
        Category::Personal => None,
    }
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn contacts(connection: &Connection, user: &User) -> rusqlite::Result<()> {
    for email in &user.emails {
        connection.prepare_cached("INSERT INTO user_emails VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
            params![user.id.0, email.kind, email.address, email.primary, email.confirmed_at.map(|at| at.0)],
        )?;
    }
    for phone in &user.phones {
        connection.prepare_cached("INSERT INTO user_phones VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            user.id.0,
            phone.kind,
            phone.number,
            phone.primary
        ])?;
    }
    Ok(())
}

fn authority(connection: &Connection, user: &User) -> rusqlite::Result<()> {
    let pair =
        |sql: &str, other: i64| connection.prepare_cached(sql)?.execute(params![user.id.0, other]).map(drop);
    if let (Some(_), Scope::Only(list)) = (user.level, &user.scope) {
        for organisation in list {
            pair("INSERT INTO user_scope VALUES (?1, ?2)", organisation.0)?;
        }
    }
    for role in &user.roles {
        pair("INSERT INTO user_roles VALUES (?1, ?2)", role.id.0)?;
    }
    for (account, _) in &user.accounts {
        pair("INSERT INTO user_platform_accounts VALUES (?1, ?2)", account.0)?;
    }
    Ok(())
}

fn marks(connection: &Connection, user: &User) -> rusqlite::Result<()> {
    let id = user.id.0;
    for tag in &user.tags {
        connection.prepare_cached("INSERT INTO user_tags VALUES (?1, ?2)")?.execute(params![id, tag])?;
    }
    for core_id in &user.linked_core_ids {
        connection
            .prepare_cached("INSERT INTO user_core_ids VALUES (?1, ?2)")?
            .execute(params![id, core_id])?;
    }
    for (name, value) in &user.attributes {
        connection
            .prepare_cached("INSERT INTO user_attributes VALUES (?1, ?2, ?3)")?
            .execute(params![id, name, value])?;
    }
    Ok(())
}

fn past(connection: &Connection, person: &Person) -> rusqlite::Result<()> {
    let id = person.user.id.0;
    for row in &person.history {
        connection
            .prepare_cached(
                "INSERT INTO history (user, code, at, actor, ip, device, app, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![id, row.code, row.at.0, row.actor, row.ip, row.device, row.app, row.detail])?;
    }
    for note in &person.notes {
        connection
            .prepare_cached(
                "INSERT INTO notes (user, at, author, author_login, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, note.at.0, note.author.0, note.author_login, note.text])?;
    }
    Ok(())
}
