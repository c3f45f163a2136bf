//! Whole profiles, read.

use rusqlite::{Connection, OptionalExtension, Row, RowIndex, params};

use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId, RoleId, UserId};
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::domain::contact::{Address, Email, Phone};
use crate::domain::level::Level;
use crate::domain::organisation::{GroupName, Organisation, RoleName};
use crate::domain::scope::Scope;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::{Business, Category, Kind, Names, Product, User};
use crate::store::sealed_fields;

/// The columns that [`facts`] reads, in its order.
pub(super) const FACT_COLUMNS: &str = "u.onboarding_unfinished, u.not_activated, u.locked_at, u.locked_by, u.locked_reason, \
     u.auto_locked_at, u.deactivated, u.window_from, u.window_to, u.reset_until, u.password_due, u.password_expires_at";

/// The facts of a status, from [`FACT_COLUMNS`] beginning at column `at`.
pub(super) fn facts(row: &Row<'_>, at: usize) -> rusqlite::Result<StatusFacts> {
    let time = |column: usize| row.get::<_, Option<i64>>(at + column).map(|time| time.map(Timestamp));
    let admin_lock = match time(2)? {
        Some(since) => Some(AdminLock {
            at: since,
            by: row.get::<_, Option<String>>(at + 3)?.unwrap_or_default(),
            reason: row.get::<_, Option<String>>(at + 4)?.unwrap_or_default(),
        }),
        None => None,
    };
    let to = time(8)?;
    Ok(StatusFacts {
        onboarding_unfinished: row.get(at)?,
        not_activated: row.get(at + 1)?,
        admin_lock,
        auto_locked_at: time(5)?,
        deactivated: row.get(at + 6)?,
        window: time(7)?.map(|from| Window { from, to }),
        reset_until: time(9)?,
        password_due: row.get(at + 10)?,
        password_expires_at: time(11)?,
    })
}

/// The user that `named` means: a login, an id, or `TYPE:ID` of an account id. In that order.
pub(super) fn resolve(connection: &Connection, named: &str) -> rusqlite::Result<Option<UserId>> {
    let by_login = connection
        .prepare_cached(
            "SELECT u.id FROM user_logins l JOIN visible_users u ON u.id = l.user WHERE l.login_folded = ?1",
        )?
        .query_row([folded(named)], |row| row.get(0))
        .optional()?;
    if let Some(id) = by_login {
        return Ok(Some(UserId(id)));
    }
    if let Some(id) = UserId::parse(named) {
        return connection
            .prepare_cached("SELECT id FROM visible_users WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()
            .map(|id| id.map(UserId));
    }
    let Some((kind, value)) = named.split_once(':') else {
        return Ok(None);
    };
    // Unique within an organisation only: where two have it, neither is meant.
    let mut statement = connection
        .prepare_cached("SELECT user FROM account_ids WHERE type = ?1 AND value_folded = ?2 LIMIT 2")?;
    let found: Vec<i64> =
        statement.query_map([kind, &folded(value)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(if let [one] = found[..] { Some(UserId(one)) } else { None })
}

/// The whole profile, or `None` where there is no such user. In the place of a sealed value it has a mask.
pub(super) fn load(connection: &Connection, id: UserId) -> rusqlite::Result<Option<User>> {
    let sql = format!(
        "SELECT u.login, u.kind, u.category, u.business_name, u.business_phone, u.business_role, u.title, u.first_name,
                u.middle_name, u.last_name, u.address_lines, u.address_city, u.address_region, u.address_postcode,
                u.address_country, u.organisation, o.key, o.display_name, u.group_id, g.name, u.level, u.scope_all,
                u.core_id, u.referral_code, u.account_number, u.product, u.added, u.modified, u.enrolled, u.last_login,
                u.version, u.birth_date, u.tax_id, {FACT_COLUMNS}
         FROM visible_users u JOIN organisations o ON o.id = u.organisation LEFT JOIN groups g ON g.id = u.group_id
         WHERE u.id = ?1"
    );
    let user = connection.prepare_cached(&sql)?.query_row([id.0], |row| from_row(id, row)).optional()?;
    let Some(mut user) = user else {
        return Ok(None);
    };
    user.scope = scope(connection, id, user.level, user.organisation.id, user.scope == Scope::All)?;
    contacts(connection, &mut user)?;
    memberships(connection, &mut user)?;
    sealed_fields::hide(connection, &mut user)?;
    Ok(Some(user))
}

fn from_row(id: UserId, row: &Row<'_>) -> rusqlite::Result<User> {
    let time = |column: usize| row.get::<_, Option<i64>>(column).map(|time| time.map(Timestamp));
    let text = |column: usize| row.get::<_, String>(column);
    let business = Business { name: text(3)?, phone: text(4)?, role: text(5)? };
    let category = match row.get::<_, Option<String>>(2)?.as_deref() {
        Some("business") => Some(Category::Business(business)),
        Some(_) => Some(Category::Personal),
        None => None,
    };
    let address = match row.get::<_, Option<String>>(10)? {
        Some(lines) => Some(Address {
            lines,
            city: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
            region: row.get::<_, Option<String>>(12)?.unwrap_or_default(),
            postcode: row.get::<_, Option<String>>(13)?.unwrap_or_default(),
            country: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
        }),
        None => None,
    };
    let group = match row.get::<_, Option<i64>>(18)? {
        Some(group) => Some(GroupName { id: GroupId(group), name: text(19)? }),
        None => None,
    };
    Ok(User {
        id,
        login: row.get(0)?,
        kind: kind(&text(1)?),
        category,
        names: Names { title: text(6)?, first: text(7)?, middle: text(8)?, last: text(9)? },
        emails: Vec::new(),
        phones: Vec::new(),
        address,
        birth_date: row.get::<_, Option<String>>(31)?.unwrap_or_default(),
        tax_id: row.get::<_, Option<String>>(32)?.unwrap_or_default(),
        organisation: Organisation {
            id: OrganisationId(row.get(15)?),
            key: text(16)?,
            display_name: text(17)?,
        },
        group,
        roles: Vec::new(),
        accounts: Vec::new(),
        level: level(row, 20)?,
        scope: if row.get(21)? { Scope::All } else { Scope::Only(std::collections::BTreeSet::new()) },
        core_id: text(22)?,
        linked_core_ids: Vec::new(),
        referral_code: text(23)?,
        account_number: text(24)?,
        attributes: Vec::new(),
        tags: Vec::new(),
        product: product(row, "product")?,
        added: Timestamp(row.get(26)?),
        modified: Timestamp(row.get(27)?),
        enrolled: time(28)?,
        last_login: time(29)?,
        version: row.get(30)?,
        facts: facts(row, 33)?,
    })
}

/// The kind of a stored word; the column's CHECK lets no other in.
pub(super) fn kind(word: &str) -> Kind {
    Kind::parse(word).unwrap_or(Kind::Customer)
}

/// The product in a column.
pub(super) fn product(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Product> {
    let is_opening = row.get_ref(column)?.as_str()? == Product::AccountOpening.word();
    Ok(if is_opening { Product::AccountOpening } else { Product::DigitalBanking })
}

/// The level in a column.
pub(super) fn level(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Level>> {
    Ok(row.get::<_, Option<String>>(column)?.as_deref().and_then(Level::parse))
}

/// The scope of a user: MA all, without a level the own organisation.
pub(super) fn scope(
    connection: &Connection,
    id: UserId,
    level: Option<Level>,
    organisation: OrganisationId,
    all: bool,
) -> rusqlite::Result<Scope> {
    match level {
        None => Ok(Scope::of(organisation)),
        Some(Level::Master) => Ok(Scope::All),
        Some(Level::Global | Level::Organisation | Level::User) if all => Ok(Scope::All),
        Some(Level::Global | Level::Organisation | Level::User) => {
            let mut statement =
                connection.prepare_cached("SELECT organisation FROM user_scope WHERE user = ?1")?;
            let list = statement
                .query_map([id.0], |row| row.get(0).map(OrganisationId))?
                .collect::<Result<_, _>>()?;
            Ok(Scope::Only(list))
        }
    }
}

fn contacts(connection: &Connection, user: &mut User) -> rusqlite::Result<()> {
    let mut emails = connection.prepare_cached(
        "SELECT type, address, is_primary, confirmed_at FROM user_emails WHERE user = ?1 ORDER BY type",
    )?;
    user.emails = emails
        .query_map([user.id.0], |row| {
            Ok(Email {
                kind: row.get(0)?,
                address: row.get(1)?,
                primary: row.get(2)?,
                confirmed_at: row.get::<_, Option<i64>>(3)?.map(Timestamp),
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut phones = connection
        .prepare_cached("SELECT type, number, is_primary FROM user_phones WHERE user = ?1 ORDER BY type")?;
    user.phones = phones
        .query_map([user.id.0], |row| {
            Ok(Phone { kind: row.get(0)?, number: row.get(1)?, primary: row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    Ok(())
}

fn memberships(connection: &Connection, user: &mut User) -> rusqlite::Result<()> {
    let id = params![user.id.0];
    user.roles = connection
        .prepare_cached("SELECT r.id, r.name FROM user_roles ur JOIN roles r ON r.id = ur.role WHERE ur.user = ?1 ORDER BY r.name")?
        .query_map(id, |row| Ok(RoleName { id: RoleId(row.get(0)?), name: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    user.accounts = connection
        .prepare_cached(
            "SELECT a.id, a.name FROM user_platform_accounts ua JOIN platform_accounts a ON a.id = ua.account
             WHERE ua.user = ?1 ORDER BY a.name",
        )?
        .query_map(id, |row| Ok((PlatformAccountId(row.get(0)?), row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    user.linked_core_ids = connection
        .prepare_cached("SELECT core_id FROM user_core_ids WHERE user = ?1 ORDER BY core_id")?
        .query_map(id, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    user.attributes = connection
        .prepare_cached("SELECT name, value FROM user_attributes WHERE user = ?1 ORDER BY name")?
        .query_map(id, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    user.tags = connection
        .prepare_cached("SELECT tag FROM user_tags WHERE user = ?1 ORDER BY tag")?
        .query_map(id, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(())
}
