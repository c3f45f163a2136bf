//! What rows of every format have in common: limits, faults with their lines, logins that stand twice.

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::import::{RowFault, UserRow};
use crate::service::import::twice::Logins;

/// The rows of a file as they come, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Rows {
    reserved: &'static [&'static str],
    most: usize,
    count: usize,
    line: u64,
    ready: Vec<UserRow>,
    /// `None` where logins are not compared: in the second pass.
    logins: Option<Logins>,
    faults: Vec<RowFault>,
    over: bool,
    failed: Option<Fault>,
}

impl Rows {
    /// Begins a file. Logins in `reserved` are refused; with `logins` those that stand twice are found.
    pub(super) fn new(reserved: &'static [&'static str], most: usize, logins: Option<Logins>) -> Self {
        Self {
            reserved,
            most,
            count: 0,
            line: 1,
            ready: Vec::new(),
            logins,
            faults: Vec::new(),
            over: false,
            failed: None,
        }
    }

    /// Logins that are words of the program.
    pub(super) const fn reserved(&self) -> &'static [&'static str] {
        self.reserved
    }

    /// Whether nothing further would be told.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// The line that is being read.
    pub(super) const fn at(&mut self, line: u64) {
        self.line = line;
    }

    /// The line that was read last.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// Takes a row; only whole ones go on.
    pub(super) fn push(&mut self, row: UserRow, is_whole: bool) {
        self.count += 1;
        if self.count > self.most {
            let text = format!("is past the limit of {} rows; cut the file in two", self.most);
            return self.stop(row.line, text);
        }
        if let Some(logins) = &mut self.logins
            && !row.login.is_empty()
            && let Err(fault) = logins.add(&row.login, row.line)
        {
            self.failed = Some(fault);
            self.over = true;
        }
        if is_whole {
            self.ready.push(row);
        }
    }

    /// How many rows wait to be taken.
    pub(super) const fn ready(&self) -> usize {
        self.ready.len()
    }

    /// The rows since the last time.
    pub(super) fn take(&mut self) -> Vec<UserRow> {
        std::mem::take(&mut self.ready)
    }

    /// Tells a fault that leaves nothing more to be told.
    pub(super) fn stop(&mut self, line: u64, text: String) {
        self.fault(line, "", text);
        self.over = true;
    }

    /// Ends the file here; what is wrong was told.
    pub(super) const fn end(&mut self) {
        self.over = true;
    }

    /// Tells a fault, one of the first [`limits::ROW_FAULTS_MAX`].
    pub(super) fn fault(&mut self, line: u64, column: &str, text: String) {
        if self.faults.len() < limits::ROW_FAULTS_MAX {
            self.faults.push(RowFault { line, column: column.to_owned(), text });
        } else if !self.over {
            let text = format!(
                "is wrong too, and more may be; only the first {} faults are told",
                limits::ROW_FAULTS_MAX
            );
            self.faults.push(RowFault { line, column: String::new(), text });
            self.over = true;
        }
    }

    /// The file is over: what is wrong with it, by line.
    pub(super) fn finish(mut self) -> Result<Vec<RowFault>, Fault> {
        if let Some(fault) = self.failed {
            return Err(fault);
        }
        let room = limits::ROW_FAULTS_MAX.saturating_sub(self.faults.len());
        if let Some(logins) = self.logins.take()
            && room > 0
        {
            for (earlier, later) in logins.twice(room)? {
                let text = format!("stands on line {earlier} already");
                self.faults.push(RowFault { line: later, column: "login".to_owned(), text });
            }
        }
        self.faults.sort_by_key(|fault| fault.line);
        Ok(self.faults)
    }
}
