//! A console on a terminal: its session, and the keys and frames between both.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::base::limits;

use super::asked::Terminal;
use super::backlog::{InputEnd, Outlet, backlog};
use super::ends::{Farewell, Stream, TerminalEnds};
use super::flag::raised;
use super::house::House;
use super::last_words;
use super::program::{Input, Program, Stage, outcome};

/// Starts the console on a terminal, at the place that `start` names.
pub(super) fn start<H: House>(
    stage: Stage<H>,
    terminal: Terminal,
    env: Vec<(String, String)>,
    start: Vec<String>,
) -> Program {
    let (inlet, outlet) = backlog(stage.post.line());
    let (size, size_now) = watch::channel(terminal.size);
    let (quit, closing) = watch::channel(false);
    let (keys, input) = mpsc::channel(limits::INPUT_CHUNKS_MAX);
    let (output, frames) = mpsc::channel(limits::FRAMES_WAITING_MAX);
    let ends = TerminalEnds { term: terminal.term, env, size: size_now, input, output, start, closing };
    let program = Program::new(&stage.post, inlet, Input::Raw, size, quit.clone());
    tokio::spawn(run(stage, ends, outlet, keys, frames, quit));
    program
}

async fn run<H: House>(
    stage: Stage<H>,
    ends: TerminalEnds,
    outlet: Outlet,
    keys: mpsc::Sender<Vec<u8>>,
    mut frames: mpsc::Receiver<Vec<u8>>,
    quit: watch::Sender<bool>,
) {
    let Stage { house, entry, post, farewell, closing, running: _running } = stage;
    let mut session = {
        let (house, entry) = (Arc::clone(&house), entry.clone());
        tokio::spawn(async move { house.terminal(entry, ends).await })
    };
    let mut keys = pin!(outlet.carry(keys));
    let mut keys_end = None;
    let mut frames = pin!(post.pour_frames(&mut frames));
    let mut poured = false;
    let mut stopping = pin!(raised(closing));
    let mut asked = false;
    let mut patience = pin!(sleep(Duration::MAX));
    let ended = loop {
        tokio::select! {
            ended = &mut session => break ended,
            end = &mut keys, if keys_end.is_none() => {
                keys_end = Some(end);
                if end == InputEnd::Lost {
                    patience.set(sleep(farewell));
                }
            }
            _ = &mut frames, if !poured => poured = true,
            () = &mut stopping, if !asked => {
                asked = true;
                quit.send_replace(true);
            }
            () = &mut patience => {
                session.abort();
                patience.set(sleep(Duration::MAX));
            }
        }
    };
    let (words, status) = match outcome(&*house, &entry, ended) {
        Ok(Farewell { line, exit_status }) => (last_words::line(&line), exit_status),
        Err(said) => (last_words::restored(said), last_words::PANIC_STATUS),
    };
    let parting = async {
        // The session's last frame first, which may be half sent.
        if !poured {
            frames.await?;
        }
        post.say(Stream::Out, words).await?;
        post.leave(status).await
    };
    post.within(farewell, parting).await;
}
