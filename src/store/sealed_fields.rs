//! Encrypted fields of users: the one place in which such a value is written, hidden, opened and told.
//!
//! What the organisation of a user marks as encrypted is sealed in a table of its own, and its
//! column is left empty: whoever reads the column knows nothing. A profile that is read has
//! [`HIDDEN`] in the place of the value; only who may see the value asks for it here.

use rusqlite::{Connection, OptionalExtension, params};

use crate::base::fault::Fault;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::secret::Secret;
use crate::domain::audit::hex;
use crate::domain::sealable::{HIDDEN, SealableField as Field};
use crate::domain::user::User;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::writer::Writing;

/// Before a ciphertext in the audit.
pub(super) const SEALED: &str = "sealed:";

/// The fields that an organisation marks as encrypted.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked(Vec<Field>);

impl Marked {
    /// Whether the values of `field` are sealed.
    pub(super) fn holds(&self, field: &Field) -> bool {
        self.0.iter().any(|marked| marked.is_same(field))
    }
}

/// What `organisation` marks.
pub(super) fn marked(connection: &Connection, organisation: OrganisationId) -> rusqlite::Result<Marked> {
    let mut names = connection
        .prepare_cached("SELECT field FROM organisation_encrypted_fields WHERE organisation = ?1")?;
    let names = names.query_map([organisation.0], |row| row.get::<_, String>(0))?;
    let fields: Vec<Option<Field>> =
        names.map(|name| name.map(|name| Field::parse(&name))).collect::<rusqlite::Result<_>>()?;
    Ok(Marked(fields.into_iter().flatten().collect()))
}

/// What the organisation of `user` marks.
pub(super) fn marked_of(connection: &Connection, user: UserId) -> rusqlite::Result<Marked> {
    let organisation = connection
        .prepare_cached("SELECT organisation FROM users WHERE id = ?1")?
        .query_row([user.0], |row| row.get(0).map(OrganisationId))
        .optional()?;
    organisation.map_or(Ok(Marked::default()), |organisation| marked(connection, organisation))
}

/// Sets `field` of `user` to `value`, empty for none: sealed where it is `marked`, in the clear otherwise.
///
/// [`HIDDEN`] leaves a sealed value as it is: it comes back from whoever could not see it.
pub(super) fn set(
    writing: &Writing<'_>,
    user: UserId,
    marked: &Marked,
    field: &Field,
    value: &str,
) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let connection = writing.connection;
    if value == HIDDEN && sealed(connection, user, field).map_err(sql)?.is_some() {
        return Ok(());
    }
    let name = field.name();
    if !marked.holds(field) || value.is_empty() {
        connection
            .prepare_cached("DELETE FROM user_sealed_fields WHERE user = ?1 AND field = ?2")
            .and_then(|mut delete| delete.execute(params![user.0, name]))
            .map_err(sql)?;
        return write_clear(connection, user, field, value).map_err(sql);
    }
    // The value never reaches the column: not even a page that is overwritten in the same transaction has it.
    write_clear(connection, user, field, "").map_err(sql)?;
    if matches!(field, Field::Attribute(_)) {
        name_attribute(connection, user, field).map_err(sql)?;
    }
    let sealed = writing.sealer.seal(&place_of(user, &name), value.as_bytes())?;
    put(writing, user, field, value, &sealed)
}

/// Writes a sealed value with its keyed hash.
pub(super) fn put(
    writing: &Writing<'_>,
    user: UserId,
    field: &Field,
    value: &str,
    sealed: &[u8],
) -> Result<(), Fault> {
    let hash = writing.sealer.keyed_hash(&crate::base::text::folded(&field.name()), &field.form(value))?;
    let key = writing.sealer.current();
    writing
        .connection
        .prepare_cached("INSERT OR REPLACE INTO user_sealed_fields VALUES (?1, ?2, ?3, ?4, ?5)")
        .and_then(|mut insert| insert.execute(params![user.0, field.name(), key, sealed, hash.as_slice()]))
        .map(drop)
        .map_err(|error| fault(&error))
}

/// Sets the custom attributes of `user`: these and no others. [`HIDDEN`] leaves a sealed one as it is.
pub(super) fn set_attributes(
    writing: &Writing<'_>,
    user: UserId,
    attributes: &[(String, String)],
) -> Result<(), Fault> {
    let sql = |error| fault(&error);
    let marked = marked_of(writing.connection, user).map_err(sql)?;
    let known: Vec<String> = writing
        .connection
        .prepare_cached("SELECT name FROM user_attributes WHERE user = ?1")
        .and_then(|mut names| names.query_map([user.0], |row| row.get(0))?.collect())
        .map_err(sql)?;
    let gone = known.into_iter().filter(|name| attributes.iter().all(|(kept, _)| kept != name));
    for (name, value) in gone.map(|name| (name, String::new())).chain(attributes.iter().cloned()) {
        set(writing, user, &marked, &Field::Attribute(name), &value)?;
    }
    Ok(())
}

/// Puts [`HIDDEN`] into `user` wherever a value is sealed.
pub(super) fn hide(connection: &Connection, user: &mut User) -> rusqlite::Result<()> {
    let mut fields = connection.prepare_cached("SELECT field FROM user_sealed_fields WHERE user = ?1")?;
    let fields = fields.query_map([user.id.0], |row| row.get::<_, String>(0))?;
    for field in fields {
        fill(user, &field?, HIDDEN);
    }
    Ok(())
}

/// Puts every sealed value into `user`, to be compared with what a file says; it must not be shown.
pub(super) fn open(connection: &Connection, sealer: &Sealer, user: &mut User) -> Result<(), Fault> {
    let sealed: Vec<(String, Vec<u8>)> = connection
        .prepare_cached("SELECT field, sealed FROM user_sealed_fields WHERE user = ?1")
        .and_then(|mut all| all.query_map([user.id.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(|error| fault(&error))?;
    for (field, sealed) in sealed {
        let value = opened(sealer, user.id, &field, &sealed)?;
        fill(user, &field, value.expose());
    }
    Ok(())
}

/// The value of `field` of `user`, sealed or not; `None` where there is none. For who may see it: the caller has judged.
pub(super) fn reveal(
    connection: &Connection,
    sealer: &Sealer,
    user: UserId,
    field: &Field,
) -> Result<Option<Secret<String>>, Fault> {
    let sql = |error| fault(&error);
    if let Some(sealed) = sealed(connection, user, field).map_err(sql)? {
        return opened(sealer, user, &field.name(), &sealed).map(Some);
    }
    let clear = read_clear(connection, user, field).map_err(sql)?;
    Ok(clear.filter(|value| !value.is_empty()).map(Secret::new))
}

/// What the audit keeps of `value`, which `field` of `user` has, had or gets: ciphertext where it is `marked`.
///
/// Of [`HIDDEN`], which a profile has in the place of a sealed value, the ciphertext as it is stored.
pub(super) fn told(
    writing: &Writing<'_>,
    user: UserId,
    marked: &Marked,
    field: &Field,
    value: &str,
) -> Result<String, Fault> {
    let stored = || sealed(writing.connection, user, field).map_err(|error| fault(&error));
    let sealed = match value {
        "" => None,
        HIDDEN => stored()?,
        _ if marked.holds(field) => {
            Some(writing.sealer.seal(&place_of(user, &field.name()), value.as_bytes())?)
        }
        _ => None,
    };
    Ok(sealed.map_or_else(|| value.to_owned(), |sealed| format!("{SEALED}{}", hex(&sealed))))
}

/// The place that a sealed value is bound to: user and field, which stay, and not the organisation or the login.
pub(super) fn place_of(user: UserId, field: &str) -> String {
    format!("user:{}:{field}", user.0)
}

fn opened(sealer: &Sealer, user: UserId, field: &str, sealed: &[u8]) -> Result<Secret<String>, Fault> {
    let bytes = sealer.open_sealed(&place_of(user, field), sealed)?;
    String::from_utf8(bytes.expose().clone())
        .map(Secret::new)
        .map_err(|_| Fault::store(format!("the sealed value `{}` is not text", place_of(user, field))))
}

fn sealed(connection: &Connection, user: UserId, field: &Field) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT sealed FROM user_sealed_fields WHERE user = ?1 AND field = ?2")?
        .query_row(params![user.0, field.name()], |row| row.get(0))
        .optional()
}

/// The column of `users` that a field has, unless it is an attribute.
pub(super) fn column_of(field: &Field) -> Option<&'static str> {
    Some(match field {
        Field::AddressLines => "address_lines",
        Field::AddressCity => "address_city",
        Field::AddressRegion => "address_region",
        Field::AddressPostcode => "address_postcode",
        Field::AddressCountry => "address_country",
        Field::BirthDate => "birth_date",
        Field::TaxId => "tax_id",
        Field::AccountNumber => "account_number",
        Field::ReferralCode => "referral_code",
        Field::Attribute(_) => return None,
    })
}

/// The value of a field in the clear.
pub(super) fn read_clear(
    connection: &Connection,
    user: UserId,
    field: &Field,
) -> rusqlite::Result<Option<String>> {
    let found = match (column_of(field), field) {
        (None, Field::Attribute(name)) => connection
            .prepare_cached("SELECT value FROM user_attributes WHERE user = ?1 AND name = ?2")?
            .query_row(params![user.0, name], |row| row.get(0))
            .optional()?,
        (column, _) => connection
            .prepare_cached(&format!("SELECT {} FROM users WHERE id = ?1", column.unwrap_or("NULL")))?
            .query_row([user.0], |row| row.get(0))
            .optional()?,
    };
    Ok(found.flatten())
}

fn write_clear(connection: &Connection, user: UserId, field: &Field, value: &str) -> rusqlite::Result<()> {
    match (column_of(field), field) {
        (None, Field::Attribute(name)) if value.is_empty() => connection
            .prepare_cached("DELETE FROM user_attributes WHERE user = ?1 AND name = ?2")?
            .execute(params![user.0, name]),
        (None, Field::Attribute(name)) => connection
            .prepare_cached("INSERT OR REPLACE INTO user_attributes (user, name, value) VALUES (?1, ?2, ?3)")?
            .execute(params![user.0, name, value]),
        // Unknown is NULL; of an address that is there, a part may be empty.
        (Some(column @ ("birth_date" | "tax_id")), _) => connection
            .prepare_cached(&format!("UPDATE users SET {column} = nullif(?2, '') WHERE id = ?1"))?
            .execute(params![user.0, value]),
        (column, _) => {
            let column = column.unwrap_or("NULL");
            connection
                .prepare_cached(&format!("UPDATE users SET {column} = ?2 WHERE id = ?1"))?
                .execute(params![user.0, value])
        }
    }
    .map(drop)
}

/// That there is a sealed attribute is no secret: its name stands in the list.
fn name_attribute(connection: &Connection, user: UserId, field: &Field) -> rusqlite::Result<()> {
    let Field::Attribute(name) = field else { return Ok(()) };
    connection
        .prepare_cached("INSERT OR REPLACE INTO user_attributes (user, name, value) VALUES (?1, ?2, '')")?
        .execute(params![user.0, name])
        .map(drop)
}

/// Takes out of `user` what is `marked`, to be [`set`] when the rest of the profile is written.
pub(super) fn taken(user: &mut User, marked: &Marked) -> Vec<(Field, String)> {
    let names = user.attributes.iter().map(|(name, _)| Field::Attribute(name.clone()));
    let fields: Vec<Field> =
        Field::FIXED.into_iter().chain(names).filter(|field| marked.holds(field)).collect();
    let mut taken = Vec::new();
    for field in fields {
        let value = part(user, &field).map(std::mem::take).unwrap_or_default();
        taken.push((field, value));
    }
    taken.retain(|(_, value)| !value.is_empty());
    user.attributes.retain(|(_, value)| !value.is_empty());
    taken
}

/// Where a profile keeps `field`.
fn part<'u>(user: &'u mut User, field: &Field) -> Option<&'u mut String> {
    match field {
        Field::Attribute(name) => {
            user.attributes.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
        }
        Field::BirthDate => Some(&mut user.birth_date),
        Field::TaxId => Some(&mut user.tax_id),
        Field::AccountNumber => Some(&mut user.account_number),
        Field::ReferralCode => Some(&mut user.referral_code),
        Field::AddressLines => user.address.as_mut().map(|address| &mut address.lines),
        Field::AddressCity => user.address.as_mut().map(|address| &mut address.city),
        Field::AddressRegion => user.address.as_mut().map(|address| &mut address.region),
        Field::AddressPostcode => user.address.as_mut().map(|address| &mut address.postcode),
        Field::AddressCountry => user.address.as_mut().map(|address| &mut address.country),
    }
}

fn fill(user: &mut User, name: &str, value: &str) {
    // A field of a newer program has no place here, and stays sealed.
    if let Some(part) = Field::parse(name).and_then(|field| part(user, &field)) {
        value.clone_into(part);
    }
}
