//! Looking for text in a segment: by letters and pairs, by what was found before, and by looking.

use crate::base::limits;
use crate::directory::filter::{Extent, Field, phone_form};
use crate::directory::index::bits::Bits;
use crate::directory::index::memo::{Asked, Set};
use crate::directory::index::segment::{
    EMAILS, GROUP, LISTS, OPEN, OPEN_ACCOUNT_ID, OPEN_CORE, OPEN_LOGIN, OPEN_NAME, ORGANISATION, PHONES,
    Segment,
};
use crate::directory::index::terms::Terms;
use crate::directory::index::texts::{Fields, Texts, Wanted};
use crate::directory::likeness::Likeness;
use crate::directory::meaning::id_of;

/// Adds to `found` whoever a word means: what `meaning` says of it, arena by arena.
pub(super) fn word(terms: &Terms<'_>, needle: &str, found: &mut Bits) {
    let segment = terms.segment;
    text(segment, OPEN, &Wanted::anywhere(needle.to_owned()), found);
    typed_ids(segment, needle, found);
    personal(terms, Extent::Part, EMAILS, needle, found);
    personal(terms, Extent::Part, PHONES, needle, found);
    let names = &segment.names;
    let organisations =
        names.organisations.are(|organisation| organisation.words.iter().any(|word| word.contains(needle)));
    terms.shared(ORGANISATION, &organisations, found);
    terms.shared(GROUP, &names.groups.are(|group| group.word.contains(needle)), found);
    if let Some(slot) = id_of(needle).and_then(|id| segment.slot_of(id)) {
        found.set(slot);
    }
}

/// Adds whoever has `value` in one field.
pub(super) fn field(terms: &Terms<'_>, field: Field, extent: Extent, value: &str, found: &mut Bits) {
    let only = match field {
        Field::Email => return personal(terms, extent, EMAILS, value, found),
        Field::Phone => return personal(terms, extent, PHONES, value, found),
        Field::Login => OPEN_LOGIN,
        Field::Name => OPEN_NAME,
        Field::Core => OPEN_CORE,
        Field::AccountId => {
            typed_ids(terms.segment, value, found);
            OPEN_ACCOUNT_ID
        }
        Field::AccountType | Field::Organisation | Field::Group | Field::Role | Field::Tag => return,
    };
    text(
        terms.segment,
        OPEN,
        &Wanted { needle: value.to_owned(), extent, fields: Fields::Only(only) },
        found,
    );
}

/// What may not be revealed is found by its complete value only: a part would spell it out, letter by letter.
fn personal(terms: &Terms<'_>, extent: Extent, arena: usize, value: &str, found: &mut Bits) {
    let needle = if arena == PHONES { phone_form(value) } else { value.to_owned() };
    let extent = if terms.sight.reveal { extent } else { Extent::Whole };
    if !needle.is_empty() {
        text(terms.segment, arena, &Wanted { needle, extent, fields: Fields::All }, found);
    }
}

/// `TYPE:ID`, whole.
fn typed_ids(segment: &Segment, value: &str, found: &mut Bits) {
    let Some((_, id)) = value.rsplit_once(':').filter(|(_, id)| !id.is_empty()) else { return };
    let mut with_id = Bits::none(segment.len());
    let wanted =
        Wanted { needle: id.to_owned(), extent: Extent::Part, fields: Fields::Only(OPEN_ACCOUNT_ID) };
    text(segment, OPEN, &wanted, &mut with_id);
    for slot in with_id.slots() {
        let lists = &segment.names.lists.all[segment.shared[LISTS][slot] as usize];
        let ids = segment.texts[OPEN].values(slot, OPEN_ACCOUNT_ID);
        if lists.account_types.iter().zip(ids).any(|(kind, id)| format!("{kind}:{id}") == value) {
            found.set(slot);
        }
    }
}

fn text(segment: &Segment, arena: usize, wanted: &Wanted, found: &mut Bits) {
    let texts = &segment.texts[arena];
    let Some(grams) = segment.grams.as_ref().map(|grams| &grams[arena]) else {
        let search = wanted.search();
        match wanted.fields {
            Fields::All => texts.scan(&search, |slot| found.set(slot)),
            Fields::Only(_) => {
                (0..segment.len())
                    .filter(|slot| texts.holds(*slot, &search))
                    .for_each(|slot| found.set(slot));
            }
        }
        return;
    };
    let answer = || {
        let is_short = wanted.needle.len() <= 2;
        let wider = if is_short && wanted.is_anywhere() { None } else { segment.memo.wider(arena, wanted) };
        if let Some(Set::Few(slots)) = wider.as_deref() {
            let (search, mut found) = (wanted.search(), Bits::none(segment.len()));
            let slots = slots.iter().map(|slot| *slot as usize);
            slots.filter(|slot| texts.holds(*slot, &search)).for_each(|slot| found.set(slot));
            return found;
        }
        let candidates = grams.candidates(wanted.needle.as_bytes(), segment.len());
        let mut found = candidates.slots;
        if candidates.is_exact && wanted.is_anywhere() {
            return found;
        }
        if let Some(Set::Many(wider)) = wider.as_deref() {
            found.and(wider);
        }
        verify(texts, wanted, found)
    };
    segment.memo.ask(Asked::Text(arena, wanted.clone()), segment.len(), answer).add_to(found);
}

/// Leaves of `candidates` whose text is really there.
fn verify(texts: &Texts, wanted: &Wanted, mut candidates: Bits) -> Bits {
    let count = candidates.count();
    let search = wanted.search();
    if wanted.fields == Fields::All && count * limits::INDEX_LOOK_SHARE > texts.len() {
        // So many that reading everything through takes less than leaping from one to the next.
        let mut found = Bits::none(texts.len());
        texts.scan(&search, |slot| found.set(slot));
        return found;
    }
    if count < limits::INDEX_LOOK_ALONE {
        candidates.retain(|slot| texts.holds(slot, &search));
    } else {
        candidates.retain_by_two(|slot| texts.holds(slot, &search));
    }
    candidates
}

/// Whoever has a word like `word` in the login or the names.
pub(super) fn like(segment: &Segment, word: &str) -> Bits {
    let texts = &segment.texts[OPEN];
    let likeness = Likeness::of(word);
    let mut found = segment.grams.as_ref().map_or_else(
        || Bits::all(segment.len()),
        |grams| {
            let letter = word.chars().map(char::len_utf8).max().unwrap_or(1);
            grams[OPEN].nearly(word.as_bytes(), letter, likeness.allowed(), segment.len())
        },
    );
    let is_like =
        |slot: usize| [OPEN_LOGIN, OPEN_NAME].iter().any(|field| likeness.is_in(texts.field(slot, *field)));
    if found.count() < limits::INDEX_LOOK_ALONE {
        found.retain(is_like);
    } else {
        found.retain_by_two(is_like);
    }
    found
}
