//! A one-shot: words that run once, with a file or a terminal around them.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::base::limits;

use super::backlog::{InputEnd, Outlet, backlog};
use super::ends::{ExecEnds, Stream};
use super::flag::{abandoned, raised};
use super::house::House;
use super::last_words;
use super::post::LineEnds;
use super::program::{Input, Program, Stage, outcome};

/// Starts a one-shot; with a terminal, lines end and keys work as there.
pub(super) fn start<H: House>(stage: Stage<H>, words: Vec<String>, ends: LineEnds) -> Program {
    let (inlet, outlet) = backlog(stage.post.line());
    let (quit, asked) = watch::channel(false);
    let input = match ends {
        LineEnds::AsWritten => Input::Raw,
        LineEnds::OfTerminal => Input::Keys,
    };
    let program = Program::new(&stage.post, inlet, input, watch::Sender::default(), quit);
    tokio::spawn(run(stage, words, ends, outlet, asked));
    program
}

async fn run<H: House>(
    stage: Stage<H>,
    words: Vec<String>,
    line_ends: LineEnds,
    outlet: Outlet,
    asked: watch::Receiver<bool>,
) {
    let Stage { house, entry, post, running: _running, .. } = stage;
    let (chunks, input) = mpsc::channel(limits::EXEC_CHUNKS_MAX);
    let (output, mut lines) = mpsc::channel(limits::EXEC_CHUNKS_MAX);
    let mut program = {
        let (house, entry) = (Arc::clone(&house), entry.clone());
        tokio::spawn(async move {
            house
                .remote(entry, words, ExecEnds { input, output, terminal: line_ends == LineEnds::OfTerminal })
                .await
        })
    };
    let mut chunks = pin!(outlet.carry(chunks));
    let mut chunks_end = None;
    let mut lines = pin!(post.pour_output(&mut lines, line_ends));
    let mut poured = false;
    // The handler goes with its connection, and so does what nobody waits for any more.
    let mut gone = pin!(abandoned(asked.clone()));
    let mut is_gone = false;
    let mut asked = pin!(raised(asked));
    let mut interrupted = false;
    let ended = loop {
        tokio::select! {
            ended = &mut program => break ended,
            end = &mut chunks, if chunks_end.is_none() => {
                chunks_end = Some(end);
                // Half an input must not be taken for a whole one: the program does not see this end.
                if end == InputEnd::Lost {
                    program.abort();
                }
            }
            _ = &mut lines, if !poured => poured = true,
            () = &mut gone, if !is_gone => {
                is_gone = true;
                program.abort();
            }
            () = &mut asked, if !interrupted => {
                interrupted = true;
                program.abort();
            }
        }
    };
    let (words, status) = match outcome(&*house, &entry, ended) {
        Ok(status) => (Vec::new(), status),
        Err(_) if interrupted => (Vec::new(), last_words::INTERRUPTED_STATUS),
        Err(said) => (last_words::sentence(said, line_ends), last_words::PANIC_STATUS),
    };
    // However long the reader takes: it may be a pager. A stop of the server, or the kernel, ends the wait.
    if !poured {
        let _ = lines.await;
    }
    let _ = post.say(Stream::Err, words).await;
    let _ = post.leave(status).await;
}
