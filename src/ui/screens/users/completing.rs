//! Tab in the filter: completes the field or the value under the cursor, or tells what there is.

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::complete;
use crate::directory::words::Words;
use crate::protocol::{Query, Reply};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::Severity;
use crate::ui::screens::users::{self, State};

/// Completes by the words that are known, and asks for them anew: they change, and are few.
pub(crate) fn tab(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let State { search, words, asked_words, .. } = &mut model.users;
    let completion = complete(search.field.text(), search.field.cursor(), words);
    if completion.words.is_empty() && *words == Words::default() {
        return asked_words.ask(Query::FilterWords, now);
    }
    completed(model, now)
}

/// Takes in the words, for the Tab that asked for them.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let State { search, words, asked_words, .. } = &mut model.users;
    if !asked_words.takes(query) {
        return Vec::new();
    }
    if let Reply::FilterWords(found) = reply {
        *words = *found;
    }
    if search.is_open { completed(model, now) } else { Vec::new() }
}

fn completed(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let State { search, words, list, .. } = &mut model.users;
    let (text, cursor) = (search.field.text().to_owned(), search.field.cursor());
    let completion = complete(&text, cursor, words);
    let certain = completion.certain();
    let begun = text.chars().skip(completion.start).take(cursor - completion.start).collect::<String>();
    let is_new =
        certain.chars().count() > begun.chars().count() || certain.starts_with('"') && certain != begun;
    if is_new {
        let head: String = text.chars().take(completion.start).collect();
        let tail: String = text.chars().skip(cursor).collect();
        let effect = search.complete_to(&format!("{head}{certain}"), &tail, list);
        return users::searched(model, effect, now);
    }
    let told = match completion.words.len() {
        0 if completion.are_values => "no known value begins so: any text is searched".to_owned(),
        0 => "no field begins so: it is searched as a word".to_owned(),
        1 => return Vec::new(),
        all => {
            let shown = completion.words.iter().take(limits::COMPLETIONS_TOLD_MAX);
            let shown: Vec<&str> = shown.map(String::as_str).collect();
            let more =
                if all > shown.len() { format!("  and {} more", all - shown.len()) } else { String::new() };
            format!("{}{more}", shown.join("  "))
        }
    };
    model.say(Severity::Note, told, now)
}
