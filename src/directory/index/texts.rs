//! Texts of every user in one arena, a record of one or more fields each, a field of any number of values.
//!
//! Bytes that no UTF-8 holds stand between them, so that nothing is found across a border.

use memchr::memmem::Finder;

use crate::directory::filter::Extent;

/// Ends every field, and stands before the first.
const END: u8 = 0xFF;
/// Stands between the values of a field.
const NEXT: u8 = 0xFE;

/// Records by slot.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each record begins, and where the next one would.
    starts: Vec<u32>,
    /// How many fields each record has; 0 where that differs.
    fields: usize,
}

/// What is looked for in an arena.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) needle: String,
    pub(super) extent: Extent,
    pub(super) fields: Fields,
}

/// Which fields of a record count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fields {
    All,
    Only(usize),
}

/// [`Wanted`], made ready.
pub(super) struct Search<'a> {
    finder: Finder<'a>,
    wanted: &'a Wanted,
}

impl Wanted {
    /// Anywhere in any field.
    pub(super) const fn anywhere(needle: String) -> Self {
        Self { needle, extent: Extent::Part, fields: Fields::All }
    }

    /// Whether every text that holds the needle counts.
    pub(super) fn is_anywhere(&self) -> bool {
        self.extent == Extent::Part && self.fields == Fields::All
    }

    pub(super) fn search(&self) -> Search<'_> {
        Search { finder: Finder::new(&self.needle), wanted: self }
    }

    /// Whether whatever is found by this is found by `other` too.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        other.extent == Extent::Part
            && (other.fields == Fields::All || other.fields == self.fields)
            && self.needle.contains(&other.needle)
    }
}

impl Texts {
    /// Of records with so many fields each, 0 where that differs.
    pub(super) fn with_fields(fields: usize) -> Self {
        Self { bytes: vec![END], starts: vec![1], fields }
    }

    /// Appends a record of one field with one value.
    pub(super) fn push(&mut self, text: &str) {
        self.push_fields(&[&[text]]);
    }

    /// Appends a record.
    pub(super) fn push_fields(&mut self, fields: &[&[&str]]) {
        for values in fields {
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    self.bytes.push(NEXT);
                }
                self.bytes.extend_from_slice(value.as_bytes());
            }
            self.bytes.push(END);
        }
        self.ended();
    }

    /// Appends the record of `slot` in `other`.
    pub(super) fn push_from(&mut self, other: &Self, slot: usize) {
        self.bytes.extend_from_slice(other.get(slot));
        self.bytes.push(END);
        self.ended();
    }

    fn ended(&mut self) {
        let next =
            u32::try_from(self.bytes.len()).expect("the limit of the whole index is below 4 GiB an arena");
        self.starts.push(next);
    }

    pub(super) const fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The record of `slot`, without the byte that ends it.
    pub(super) fn get(&self, slot: usize) -> &[u8] {
        &self.bytes[self.starts[slot] as usize..self.starts[slot + 1] as usize - 1]
    }

    /// A field of a record.
    pub(super) fn field(&self, slot: usize, field: usize) -> &str {
        let (start, end) = self.range(slot, Fields::Only(field));
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        // Only UTF-8 goes in, and the borders were taken off.
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The first value of a field.
    pub(super) fn first(&self, slot: usize, field: usize) -> &[u8] {
        let record = self.get(slot);
        let start = match field.checked_sub(1) {
            Some(before) => memchr::memchr_iter(END, record).nth(before).map_or(record.len(), |end| end + 1),
            None => 0,
        };
        let rest = &record[start..];
        &rest[..memchr::memchr2(END, NEXT, rest).unwrap_or(rest.len())]
    }

    /// The values of a field, without empty ones.
    pub(super) fn values(&self, slot: usize, field: usize) -> impl Iterator<Item = &str> {
        let field = self.get(slot).split(|byte| *byte == END).nth(field).unwrap_or_default();
        let values = field.split(|byte| *byte == NEXT).filter(|value| !value.is_empty());
        values.map(|value| std::str::from_utf8(value).unwrap_or_default())
    }

    /// The fields of a record of two values each.
    pub(super) fn pairs(&self, slot: usize) -> impl Iterator<Item = (&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        self.get(slot).split(|byte| *byte == END).map(move |field| {
            let mut values = field.splitn(2, |byte| *byte == NEXT).map(text);
            (values.next().unwrap_or_default(), values.next().unwrap_or_default())
        })
    }

    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    /// Whether the record of `slot` holds what is looked for.
    pub(super) fn holds(&self, slot: usize, search: &Search<'_>) -> bool {
        if let (Fields::Only(field), Extent::Part, 1..=2) =
            (search.wanted.fields, search.wanted.extent, search.wanted.needle.len())
        {
            return self.holds_short(slot, field, search.wanted.needle.as_bytes());
        }
        let (start, end) = self.range(slot, search.wanted.fields);
        let mut from = start;
        while let Some(hit) = search.finder.find(&self.bytes[from..end]) {
            if self.is_enough(from + hit, search.wanted) {
                return true;
            }
            from += hit + 1;
        }
        false
    }

    /// Whether a field holds one or two bytes: fields are so short that a mere loop is through before a search begins.
    fn holds_short(&self, slot: usize, field: usize, needle: &[u8]) -> bool {
        let (before, last) = match *needle {
            [first, last] => (Some(first), last),
            [only] => (None, only),
            _ => return false,
        };
        let (mut at, mut previous) = (0, END);
        for byte in self.get(slot) {
            if *byte == END {
                if at == field {
                    return false;
                }
                at += 1;
            } else if *byte == last && at == field && before.is_none_or(|before| before == previous) {
                return true;
            }
            previous = *byte;
        }
        false
    }

    /// Where the fields of a record begin and end.
    fn range(&self, slot: usize, fields: Fields) -> (usize, usize) {
        let (start, end) = (self.starts[slot] as usize, self.starts[slot + 1] as usize);
        let Fields::Only(field) = fields else { return (start, end) };
        if field + 1 == self.fields && field > 0 || field + 2 == self.fields && field > 1 {
            // Nearer to the end of the record.
            let mut ends = memchr::memrchr_iter(END, &self.bytes[start..end - 1]).map(|at| start + at);
            let last = if field + 1 == self.fields { Some(end - 1) } else { ends.next() };
            let before = ends.next().map_or(start, |at| at + 1);
            return (before, last.unwrap_or(end));
        }
        let mut ends = memchr::memchr_iter(END, &self.bytes[start..end]).map(|at| start + at);
        let first = match field.checked_sub(1) {
            Some(before) => ends.nth(before).map_or(end, |at| at + 1),
            None => start,
        };
        (first, ends.next().unwrap_or(end))
    }

    /// Calls `mark` with every slot whose record holds what is looked for, in whichever field, ascending.
    pub(super) fn scan(&self, search: &Search<'_>, mut mark: impl FnMut(usize)) {
        let (mut slot, mut from) = (0, 1);
        while let Some(hit) = self.bytes.get(from..).and_then(|rest| search.finder.find(rest)) {
            slot = self.slot_of(slot, from + hit);
            if self.is_enough(from + hit, search.wanted) {
                mark(slot);
                slot += 1;
                from = self.starts[slot] as usize;
            } else {
                from += hit + 1;
            }
        }
    }

    /// Whether a needle at `hit` is as much of a value as was meant.
    fn is_enough(&self, hit: usize, wanted: &Wanted) -> bool {
        let is_border = |at: usize| self.bytes[at] >= NEXT;
        match wanted.extent {
            Extent::Part => true,
            Extent::Whole => is_border(hit - 1) && is_border(hit + wanted.needle.len()),
        }
    }

    /// The slot, at or after `slot`, whose record has the byte at `place`.
    fn slot_of(&self, mut slot: usize, place: usize) -> usize {
        let ends_before = |slot: usize| self.starts.get(slot + 1).is_some_and(|end| *end as usize <= place);
        let mut step = 1;
        while ends_before(slot + step) {
            slot += step;
            step *= 2;
        }
        let rest = &self.starts[slot + 1..(slot + step + 1).min(self.starts.len())];
        slot + rest.partition_point(|end| *end as usize <= place)
    }
}

/// Whether a byte is part of a text, not a border.
pub(super) const fn is_text(byte: u8) -> bool {
    byte < NEXT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &Texts, needle: &str, extent: Extent, fields: Fields) -> Vec<usize> {
        let wanted = Wanted { needle: needle.to_owned(), extent, fields };
        let held: Vec<usize> = (0..texts.len()).filter(|slot| texts.holds(*slot, &wanted.search())).collect();
        if fields == Fields::All {
            let mut found = Vec::new();
            texts.scan(&wanted.search(), |slot| found.push(slot));
            assert_eq!(found, held, "{wanted:?}");
        }
        held
    }

    #[test]
    fn nothing_is_found_across_a_border_and_everything_within_one() {
        let mut texts = Texts::with_fields(1);
        for text in ["anna", "", "nan", "anna", "annan"] {
            texts.push(text);
        }
        let part = |needle| found(&texts, needle, Extent::Part, Fields::All);
        assert_eq!(part("n"), [0, 2, 3, 4]);
        assert_eq!(part("nan"), [2, 4]);
        assert_eq!(part("anan"), [0; 0]);
        assert_eq!(found(&texts, "anna", Extent::Whole, Fields::All), [0, 3]);
        assert_eq!(texts.field(2, 0), "nan");
    }

    #[test]
    fn a_field_is_found_from_either_end_of_its_record() {
        let fields: [&[&str]; 4] = [&["a"], &["b", "bb"], &["c"], &["d"]];
        for (known, name) in [(4, "told"), (0, "not told")] {
            let mut texts = Texts::with_fields(known);
            texts.push_fields(&fields);
            texts.push_fields(&[&[], &[], &[], &[]]);
            for (field, needle) in ["a", "bb", "c", "d"].into_iter().enumerate() {
                for other in 0..4 {
                    let slots = found(&texts, needle, Extent::Whole, Fields::Only(other));
                    assert_eq!(
                        slots,
                        if other == field { vec![0] } else { vec![] },
                        "{name} {needle} {other}"
                    );
                }
            }
        }
    }

    #[test]
    fn fields_and_values_are_told_apart() {
        let mut texts = Texts::with_fields(2);
        texts.push_fields(&[&["an", "annan"], &[]]);
        texts.push_fields(&[&[], &["an"]]);
        texts.push_fields(&[&["ann"], &["banan", "an"]]);
        assert_eq!(found(&texts, "an", Extent::Whole, Fields::Only(0)), [0]);
        assert_eq!(found(&texts, "an", Extent::Whole, Fields::All), [0, 1, 2]);
        assert_eq!(found(&texts, "an", Extent::Part, Fields::Only(1)), [1, 2]);
        assert_eq!(texts.values(2, 1).collect::<Vec<_>>(), ["banan", "an"]);
        assert_eq!(texts.values(0, 1).count(), 0);
    }
}
