//! The program: words in, exit code out.

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use color_eyre::eyre::WrapErr as _;

fn main() -> color_eyre::Result<ExitCode> {
    report_panics()?;
    wardroom::program::harden()?;
    let mut words = Vec::new();
    for word in std::env::args_os().skip(1) {
        words.push(word.into_string().map_err(|_| color_eyre::eyre::eyre!("a word is not UTF-8"))?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .wrap_err("cannot start the program's threads")?;
    let code = runtime.block_on(wardroom::program::run(&words));
    // What still blocks (a read of standard input that nobody answers) does not hold the end up.
    runtime.shutdown_background();
    Ok(ExitCode::from(code))
}

/// Panics are told on standard error; where nobody reads it any more, that must not be a second panic, which would
/// end the process and with it every session.
fn report_panics() -> color_eyre::Result<()> {
    let (panics, errors) = color_eyre::config::HookBuilder::default().try_into_hooks()?;
    errors.install()?;
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(stderr(), "{}", panics.panic_report(panic));
    }));
    Ok(())
}
