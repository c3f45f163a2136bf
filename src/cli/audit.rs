//! `audit verify` and `audit head`: whether the chain holds, and where it ends.

use serde_json::{Value, json};

use crate::base::limits;
use crate::cli::command::Shape;
use crate::cli::ends::Ends;
use crate::cli::exit;
use crate::cli::founding;
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::service::Verified;

pub(super) async fn verify<E: Ends>(
    call: &mut Call<'_, E>,
    head: Option<String>,
    shape: Shape,
) -> Result<u8, Stop> {
    let head = match head.as_deref() {
        None => None,
        Some("-") => Some(text(call.print.whole_input(limits::SMALL_FILE_BYTES_MAX).await?)?),
        Some(file) => Some(text(founding::small_file(file.as_ref())?)?),
    };
    let found = call.service().audit_verify(call.actor, head).await?;
    match shape {
        Shape::Json => call.print.json(&value(&found)).await?,
        Shape::Text => call.print.line(&line(&found)).await?,
    }
    Ok(if found.broken.is_none() { exit::DONE } else { exit::FAILED })
}

pub(super) async fn head<E: Ends>(call: &mut Call<'_, E>) -> Result<u8, Stop> {
    let head = call.service().audit_head(call.actor).await?;
    call.print.page(&head).await?;
    Ok(exit::DONE)
}

fn text(bytes: Vec<u8>) -> Result<String, Stop> {
    String::from_utf8(bytes).map_err(|_| Stop::failed("head: is not text; wanted what `audit head` wrote"))
}

fn value(found: &Verified) -> Value {
    json!({
        "verified": found.broken.is_none(),
        "entries": found.entries,
        "head_seq": found.head_seq,
        "head_hash": found.head_hash,
        "fault_seq": found.broken.as_ref().map(|(seq, _)| seq),
        "fault": found.broken.as_ref().map(|(_, text)| text),
    })
}

fn line(found: &Verified) -> String {
    let end = format!("{} entries, head {} {}", found.entries, found.head_seq, found.head_hash);
    match &found.broken {
        None => format!("verified: {end}"),
        Some((seq, text)) => format!("not verified: entry {seq}: {text}; {end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_told_with_the_entry() {
        let mut found = Verified { entries: 3, head_seq: 3, head_hash: "ab".to_owned(), broken: None };
        assert_eq!(line(&found), "verified: 3 entries, head 3 ab");
        found.broken = Some((2, "its hash does not fit".to_owned()));
        assert_eq!(line(&found), "not verified: entry 2: its hash does not fit; 3 entries, head 3 ab");
        let names: Vec<String> = value(&found).as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["verified", "entries", "head_seq", "head_hash", "fault_seq", "fault"]);
    }
}
