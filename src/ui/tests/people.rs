//! Made-up people and answers about them.

use super::*;

pub(super) fn row(number: i64) -> Row {
    Row {
        id: UserId(number),
        login: Some(format!("user{number:04}")),
        kind: Kind::Customer,
        level: None,
        names: Names { first: "Ada".into(), last: format!("Novak{number}"), ..Names::default() },
        email: "ada@corner.example".into(),
        email_confirmed: true,
        phone: "+447700904417".into(),
        organisation: (OrganisationId(1), "retail".into(), "Retail".into()),
        group: String::new(),
        roles: vec![],
        last_login: Some(start().plus_seconds(-3600)),
        enrolled: None,
        added: Timestamp(0),
        modified: Timestamp(0),
        facts: StatusFacts::default(),
        core_id: String::new(),
        product: Product::DigitalBanking,
        version: 7,
    }
}

pub(super) fn lock() -> AdminLock {
    AdminLock { at: start().plus_seconds(-7200), by: "a.kim".into(), reason: "card lost".into() }
}

pub(super) fn user_of(row: &Row) -> User {
    User {
        id: row.id,
        login: row.login.clone(),
        kind: row.kind,
        category: None,
        names: row.names.clone(),
        emails: vec![Email {
            kind: "work".into(),
            address: row.email.clone(),
            primary: true,
            confirmed_at: Some(Timestamp(0)),
        }],
        phones: vec![Phone { kind: "mobile".into(), number: row.phone.clone(), primary: true }],
        address: None,
        organisation: Organisation {
            id: OrganisationId(1),
            key: "retail".into(),
            display_name: "Retail".into(),
        },
        group: None,
        roles: vec![],
        accounts: vec![],
        level: row.level,
        scope: Scope::of(OrganisationId(1)),
        core_id: "00417733".into(),
        linked_core_ids: vec![],
        referral_code: String::new(),
        birth_date: String::new(),
        tax_id: String::new(),
        account_number: "12348841".into(),
        attributes: vec![],
        tags: vec![],
        product: Product::DigitalBanking,
        added: row.added,
        modified: row.modified,
        enrolled: row.enrolled,
        last_login: row.last_login,
        facts: row.facts.clone(),
        version: row.version,
    }
}

pub(super) fn page(found: &[&Row], from: &From, rows: usize) -> Page {
    let place = |id: &UserId| found.iter().position(|row| row.id == *id);
    let (start, end) = match from {
        From::Start => (0, rows),
        From::End => (found.len().saturating_sub(rows), found.len()),
        From::After(id) => place(id).map_or((0, 0), |at| (at + 1, at.saturating_add(1).saturating_add(rows))),
        From::Before(id) => place(id).map_or((0, 0), |at| (at.saturating_sub(rows), at)),
        From::At(id) => place(id).map_or((0, 0), |at| (at, at.saturating_add(rows))),
        From::Row(row) => {
            let at = usize::try_from(*row).unwrap();
            let at = if at < found.len() { at } else { found.len().saturating_sub(rows) };
            (at, at.saturating_add(rows))
        }
    };
    let end = end.min(found.len());
    Page {
        rows: found[start.min(end)..end].iter().map(|row| (*row).clone()).collect(),
        more_before: start > 0,
        more_after: end < found.len(),
    }
}

pub(super) fn offer(spec: &'static actions::Spec, status: Status) -> Offer {
    let allowed = match &spec.subject {
        actions::spec::Subject::User(rules) => rules.from.contains(&status),
        actions::spec::Subject::Group(_)
        | actions::spec::Subject::Role(_)
        | actions::spec::Subject::Organisation(_)
        | actions::spec::Subject::New(_)
        | actions::spec::Subject::Own(_)
        | actions::spec::Subject::Directory(_) => false,
    };
    let refusal =
        Refusal::new(Rule::State, format!("user is {status}; must be LOCKED_BY_ADMIN"), "a lock first");
    Offer { spec, refusal: (!allowed).then_some(refusal) }
}

pub(super) fn receipt() -> Receipt {
    Receipt {
        differences: vec![Difference::new("status", "ACTIVE", "LOCKED_BY_ADMIN")],
        effects: vec!["2 live sessions end.".into()],
        messages: 1,
        ..Receipt::default()
    }
}

pub(super) fn note(number: i64, text: &str) -> Note {
    Note { id: NoteId(number), at: start(), author: "j.ito".into(), text: text.into() }
}

pub(super) fn history_row(seq: i64) -> HistoryRow {
    HistoryRow {
        seq,
        code: "user.lock".into(),
        at: start(),
        actor: "a.kim".into(),
        ip: "10.9.2.4".into(),
        device: String::new(),
        app: String::new(),
        detail: format!("detail{seq}"),
    }
}

/// Two roles that can be given, one of them held, and one that cannot.
pub(super) fn choices() -> Vec<crate::protocol::Choice> {
    let choice = |word: &str, is_held, refusal| crate::protocol::Choice {
        word: word.to_owned(),
        about: "3 rights".to_owned(),
        depth: 0,
        is_held,
        refusal,
    };
    let lacking = crate::authz::refusal::Refusal::new(
        crate::authz::refusal::Rule::Giving,
        "`Auditor` holds rights that you lack",
        "an operator who holds audit.view",
    );
    vec![
        choice("Support L1", true, None),
        choice("Auditor", false, Some(lacking)),
        choice("Support L2", false, None),
    ]
}
