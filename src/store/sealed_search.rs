//! Who has a value: encrypted fields by the keyed hash of the complete value, the same fields in the clear as they stand.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::text::folded;
use crate::directory::filter::Filter;
use crate::directory::whole::Asked;
use crate::domain::sealable::SealableField as Field;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::sealed_fields::column_of;
use crate::store::{field_keys, pasted};

/// `filter` with the users in it who have the complete values that it asks for; for whoever `reads_log`, also those
/// whom a pasted number of a session or of an audit entry means.
pub(super) fn completed<'f>(
    connection: &Connection,
    sealer: &Sealer,
    filter: &'f Filter,
    reads_log: bool,
) -> Result<Cow<'f, Filter>, Fault> {
    let found = filter.with_found(|asked| match asked {
        Asked::Word(word) => {
            let mut found = users_with_word(connection, sealer, word)?;
            if reads_log {
                pasted::add(connection, word, &mut found).map_err(|error| fault(&error))?;
            }
            Ok(found)
        }
        Asked::Field(field, values) => users_with(connection, sealer, field, values),
    })?;
    Ok(found.map_or(Cow::Borrowed(filter), Cow::Owned))
}

/// The users who have one of `values` as the complete value of `field`, sealed or not.
fn users_with(
    connection: &Connection,
    sealer: &Sealer,
    field: &Field,
    values: &[String],
) -> Result<BTreeSet<UserId>, Fault> {
    let mut found = BTreeSet::new();
    for value in values {
        by_hash(connection, sealer, field, value, &mut found)?;
        in_the_clear(connection, field, value, &mut found).map_err(|error| fault(&error))?;
    }
    Ok(found)
}

/// The users who have `word` as the complete value of a field that their organisation marks as encrypted.
fn users_with_word(connection: &Connection, sealer: &Sealer, word: &str) -> Result<BTreeSet<UserId>, Fault> {
    let names: Vec<String> = connection
        .prepare_cached("SELECT DISTINCT field FROM organisation_encrypted_fields")
        .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
        .map_err(|error| fault(&error))?;
    let mut found = BTreeSet::new();
    for field in names.iter().filter_map(|name| Field::parse(name)) {
        by_hash(connection, sealer, &field, word, &mut found)?;
    }
    Ok(found)
}

/// Under every key in use: while keys are rotated, values are sealed under two.
fn by_hash(
    connection: &Connection,
    sealer: &Sealer,
    field: &Field,
    value: &str,
    found: &mut BTreeSet<UserId>,
) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let form = field.form(value);
    if form.is_empty() {
        return Ok(());
    }
    for key in field_keys::in_use(connection).map_err(sql)? {
        let hash = sealer.under(key)?.keyed_hash(&folded(&field.name()), &form)?;
        // The hash tells the field as well.
        let mut users = connection
            .prepare_cached("SELECT user FROM user_sealed_fields WHERE keyed_hash = ?1")
            .map_err(sql)?;
        let users = users.query_map([hash.as_slice()], |row| row.get(0).map(UserId)).map_err(sql)?;
        for user in users {
            found.insert(user.map_err(sql)?);
        }
    }
    Ok(())
}

/// Fields that are looked for in an index of their own. Whoever reads the statement sees that it is one.
fn in_the_clear(
    connection: &Connection,
    field: &Field,
    value: &str,
    found: &mut BTreeSet<UserId>,
) -> rusqlite::Result<()> {
    let condition = match field {
        Field::TaxId | Field::BirthDate => "IS NOT NULL",
        Field::AccountNumber | Field::ReferralCode => "<> ''",
        // An attribute in the clear is found by the predicate itself, and parts of an address are not asked for.
        Field::Attribute(_)
        | Field::AddressLines
        | Field::AddressCity
        | Field::AddressRegion
        | Field::AddressPostcode
        | Field::AddressCountry => return Ok(()),
    };
    let Some(column) = column_of(field) else { return Ok(()) };
    let sql =
        format!("SELECT id FROM visible_users WHERE {column} = ?1 COLLATE NOCASE AND {column} {condition}");
    let mut users = connection.prepare_cached(&sql)?;
    // As it is written, and as it is written without separators.
    for value in BTreeSet::from([value.to_owned(), field.form(value)]) {
        for user in users.query_map(params![value], |row| row.get(0).map(UserId))? {
            found.insert(user?);
        }
    }
    Ok(())
}
