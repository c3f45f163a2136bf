//! Laws of encrypted fields: what is set is revealed in its place only, told as ciphertext, and left alone by a mask.

use crate::base::fault::Fault;
use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::{Clock, Timestamp};
use crate::demo::Institution;
use crate::domain::sealable::{HIDDEN, SealableField as Field};
use crate::store::sealed_fields::{self, Marked};
use crate::store::writer::Turn;
use crate::store::writer::Writing;
use crate::store::{Places, Population, Store, users};

const NOW: Timestamp = Timestamp(1_780_000_000_000);

/// A made-up institution; `business` keeps tax ids and passports encrypted.
async fn store(folder: &tempfile::TempDir) -> Store {
    let at = |name| folder.path().join(name);
    let places = Places { database: at("wardroom.db"), field_key: at("field.key") };
    let store = Store::create(&places, Clock::fixed(NOW)).unwrap();
    let population = Population {
        institution: Institution::generate(200, 7, NOW),
        password_hash: "a hash".to_owned(),
        seed: crate::credential::totp::Seed::new([1; 20]),
        source: "test".to_owned(),
    };
    store.populate(population, |_| {}).await.unwrap();
    store
}

/// Two of those who have both, as they were made.
fn two() -> [crate::domain::user::User; 2] {
    let people = Institution::generate(200, 7, NOW);
    let users = people.people().map(|person| person.user);
    let mut with_both = users.filter(|user| user.organisation.key == "business" && !user.tax_id.is_empty());
    [with_both.next().unwrap(), with_both.next().unwrap()]
}

fn marked(writing: &Writing<'_>, user: UserId) -> Marked {
    sealed_fields::marked_of(writing.connection, user).unwrap()
}

fn revealed(writing: &Writing<'_>, user: UserId, field: &Field) -> Result<Option<String>, Fault> {
    let value = sealed_fields::reveal(writing.connection, writing.sealer, user, field)?;
    Ok(value.map(|value| value.expose().clone()))
}

fn passport() -> Field {
    Field::Attribute("passport".to_owned())
}

/// Runs `law` in a transaction of a store of its own.
async fn law(law: impl FnOnce(&Writing<'_>) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    store
        .writer
        .write(Turn::Now, move |writing| {
            law(writing);
            Ok(())
        })
        .await
        .unwrap();
    store.close();
}

#[tokio::test]
async fn what_was_sealed_is_hidden_in_the_profile_and_revealed_as_it_was() {
    law(|writing| {
        let [user, _] = two();
        let read = users::load(writing.connection, user.id).unwrap().unwrap();
        let shown = read.attributes.iter().find(|(name, _)| name == "passport").unwrap();
        assert_eq!((read.tax_id.as_str(), shown.1.as_str()), (HIDDEN, HIDDEN));
        assert_eq!(revealed(writing, user.id, &Field::TaxId).unwrap(), Some(user.tax_id.clone()));
        // Not marked, and revealed as well.
        assert_eq!(revealed(writing, user.id, &Field::BirthDate).unwrap(), Some(user.birth_date));
        assert_eq!(read.account_number, user.account_number);
        assert_eq!(revealed(writing, user.id, &Field::Attribute("none".to_owned())).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_was_moved_to_another_user_or_field_does_not_open() {
    law(|writing| {
        let [one, other] = two();
        let swap = "UPDATE user_sealed_fields SET sealed = (SELECT sealed FROM user_sealed_fields WHERE user = ?1 AND
            field = ?2) WHERE user = ?3 AND field = ?4";
        let swapped = writing.connection.execute(swap, (one.id.0, "tax_id", other.id.0, "tax_id")).unwrap();
        assert_eq!(swapped, 1);
        let fault = revealed(writing, other.id, &Field::TaxId).unwrap_err();
        assert!(fault.text.contains("does not open") && !fault.text.contains(&one.tax_id), "{fault}");
        writing.connection.execute(swap, (one.id.0, "tax_id", one.id.0, "attr.passport")).unwrap();
        assert!(revealed(writing, one.id, &passport()).is_err());
        assert_eq!(revealed(writing, one.id, &Field::TaxId).unwrap(), Some(one.tax_id));
    })
    .await;
}

#[tokio::test]
async fn a_sealed_value_opens_after_login_and_organisation_have_changed() {
    law(|writing| {
        let [user, _] = two();
        let moved =
            "UPDATE users SET login = 'other', login_folded = 'other', organisation = 1 WHERE id = ?1";
        writing.connection.execute(moved, [user.id.0]).unwrap();
        assert_eq!(revealed(writing, user.id, &Field::TaxId).unwrap(), Some(user.tax_id));
    })
    .await;
}

#[tokio::test]
async fn a_mask_that_comes_back_leaves_the_value_and_an_empty_text_clears_it() {
    law(|writing| {
        let [user, _] = two();
        let marked = marked(writing, user.id);
        sealed_fields::set(writing, user.id, &marked, &Field::TaxId, HIDDEN).unwrap();
        assert_eq!(revealed(writing, user.id, &Field::TaxId).unwrap(), Some(user.tax_id.clone()));
        sealed_fields::set(writing, user.id, &marked, &Field::TaxId, "000-11-2222").unwrap();
        assert_eq!(revealed(writing, user.id, &Field::TaxId).unwrap().unwrap(), "000-11-2222");
        sealed_fields::set(writing, user.id, &marked, &Field::TaxId, "").unwrap();
        assert_eq!(revealed(writing, user.id, &Field::TaxId).unwrap(), None);
        assert_eq!(users::load(writing.connection, user.id).unwrap().unwrap().tax_id, "");
    })
    .await;
}

#[tokio::test]
async fn attributes_are_set_as_a_whole_and_a_sealed_one_stays_sealed() {
    law(|writing| {
        let [user, _] = two();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let list = [pair("branch", "North"), pair("passport", HIDDEN)];
        sealed_fields::set_attributes(writing, user.id, &list).unwrap();
        let read = users::load(writing.connection, user.id).unwrap().unwrap();
        assert_eq!(read.attributes, list);
        let before = user.attributes.iter().find(|(name, _)| name == "passport").unwrap().1.clone();
        assert_eq!(revealed(writing, user.id, &passport()).unwrap(), Some(before));
        sealed_fields::set_attributes(writing, user.id, &[pair("PassPort", "X1")]).unwrap();
        let clear = "SELECT group_concat(name || value) FROM user_attributes WHERE user = ?1";
        let clear: String = writing.connection.query_row(clear, [user.id.0], |row| row.get(0)).unwrap();
        assert_eq!(clear, "PassPort", "a mark holds for the name in either case");
    })
    .await;
}

#[tokio::test]
async fn the_audit_is_told_ciphertext_of_what_is_marked_and_the_text_of_what_is_not() {
    law(|writing| {
        let [user, _] = two();
        let marked = marked(writing, user.id);
        let told = |field: &Field, value: &str| {
            sealed_fields::told(writing, user.id, &marked, field, value).unwrap()
        };
        let (before, after) = (told(&Field::TaxId, HIDDEN), told(&Field::TaxId, "000-99-0000"));
        assert!(before.starts_with("sealed:") && after.starts_with("sealed:") && before != after);
        assert!(!after.contains("000-99"), "{after}");
        assert_eq!(told(&Field::BirthDate, "2001-05-14"), "2001-05-14");
        assert_eq!(told(&Field::TaxId, ""), "");
    })
    .await;
}

#[test]
fn only_what_is_marked_is_taken_out_of_a_profile() {
    let [mut user, _] = two();
    let nothing = user.clone();
    assert_eq!(sealed_fields::taken(&mut user, &Marked::default()), []);
    assert_eq!(user, nothing);
    assert_eq!(user.organisation.id, OrganisationId(3));
}
