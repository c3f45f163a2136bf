//! A new password on a command line: the first line of a file or of standard input, never a flag.

use crate::actions::form::{Field, FieldKind};
use crate::base::limits;
use crate::base::secret::Secret;
use crate::cli::command::Act;
use crate::cli::ends::Ends;
use crate::cli::run::Call;
use crate::cli::stop::Stop;

/// The password for `act`; `None` where it sets none.
pub(super) async fn read<E: Ends>(
    call: &mut Call<'_, E>,
    act: &Act,
    input_is_taken: bool,
) -> Result<Option<Secret<String>>, Stop> {
    let sets_one = |field: &&Field| field.kind == FieldKind::NewPassword;
    if act.undoes.is_some() || !act.spec.form.iter().any(|field| sets_one(&field)) {
        return Ok(None);
    }
    let whole = match act.with.password_file.as_deref() {
        Some(file) if file != "-" => std::fs::read(file)
            .map_err(|error| Stop::usage(format!("--password-file: `{file}` cannot be read: {error}")))?,
        Some(_) | None if input_is_taken => {
            return Err(Stop::usage("standard input has the targets: give `--password-file FILE`"));
        }
        Some(_) | None => {
            if call.print.terminals().person {
                call.print.talk("password, then the end of input (Ctrl-d); it is shown as you type:").await?;
            }
            call.print.whole_input(limits::SMALL_FILE_BYTES_MAX).await?
        }
    };
    let text = String::from_utf8(whole).map_err(|_| Stop::usage("the password is not UTF-8"))?;
    let first = text.lines().next().unwrap_or_default();
    if first.is_empty() {
        let text = "a password is wanted: `--password-file FILE`, or its line on standard input";
        return Err(Stop::usage(text));
    }
    Ok(Some(Secret::new(first.to_owned())))
}
