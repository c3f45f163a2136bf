//! The other pages as lines: audit, groups, sessions, jobs; each listed with numbers, and one of each told in full.

use crate::authz::groups::Group;
use crate::authz::right::Right;
use crate::base::ids::{JobId, SessionId};
use crate::base::limits;
use crate::base::text::visible;
use crate::base::time::Timestamp;
use crate::directory::audit::AuditFilter;
use crate::domain::audit::{ChainPiece, Head, Record, hex};
use crate::domain::job::Steer;
use crate::domain::transfer_limits::TransferLimits;
use crate::protocol::{
    AuditEntry, AuditFrom, AuditPage, ConsoleSession, GroupPage, Groups, JobReport, Query, Reply,
};
use crate::ui::model::Effect;
use crate::ui::plain::{Feed, Numbers, Plain, Shown, Telling, Waits, show};
use crate::ui::route::Place;

/// Rows of a job that are told: those that were not done are what one asks for.
const JOB_ROWS: usize = 20;

impl Plain {
    /// Goes to a place.
    pub(super) fn place(&mut self, place: Place) -> Vec<Effect> {
        match place {
            Place::Users => self.page_at(0),
            Place::Profile(named) => self.ask(Query::User { named }, Waits::Profile(Telling::Told)),
            Place::Groups => self.groups(""),
            Place::Audit(None) => self.audit(""),
            Place::Audit(Some(seq)) => self.show(Query::AuditEntry { seq }, Shown::Entry),
            Place::Sessions => self.sessions(""),
            Place::Jobs => self.jobs(""),
            Place::Me => self.ask(Query::Me, Waits::Me(Telling::Told)),
        }
    }

    fn show(&mut self, query: Query, shown: Shown) -> Vec<Effect> {
        self.ask(query, Waits::Shown(shown))
    }

    /// `audit`, `audit FILTER`, `audit NUMBER`, `audit verify`; `list` and `show` as on the command line.
    pub(super) fn audit(&mut self, rest: &str) -> Vec<Effect> {
        let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let rest = if matches!(first, "list" | "show") { behind.trim() } else { rest };
        match rest {
            "verify" => return self.show(Query::AuditChain { after: Head::START }, Shown::Chain),
            "export" | "follow" | "head" => {
                self.say(&format!(
                    "audit {rest} writes a file or does not end: give it as a command of its own"
                ));
                return Vec::new();
            }
            _ => {}
        }
        if let Some(seq) = rest.trim_start_matches('#').parse().ok().filter(|seq| *seq > 0) {
            return self.show(Query::AuditEntry { seq }, Shown::Entry);
        }
        match AuditFilter::parse(rest) {
            Ok(filter) => {
                self.audit_filter = filter;
                self.lines.clear();
                self.entries(AuditFrom::Newest, self.page)
            }
            Err(mistake) => {
                self.say(&format!("filter: {mistake}"));
                Vec::new()
            }
        }
    }

    /// Entries further on; as many as `rows` of those that the filter means.
    pub(super) fn entries(&mut self, from: AuditFrom, rows: usize) -> Vec<Effect> {
        self.numbers = Numbers::Lines;
        let filter = self.audit_filter.clone();
        self.show(Query::Audit { filter, from, rows }, Shown::Entries(rows))
    }

    /// `groups`, or one of them by name or id.
    pub(super) fn groups(&mut self, rest: &str) -> Vec<Effect> {
        match rest {
            "" | "list" => self.show(Query::Groups, Shown::Groups),
            _ => self.show(Query::Group { named: rest.to_owned() }, Shown::Group),
        }
    }

    /// `sessions`, or one of them by its id.
    pub(super) fn sessions(&mut self, rest: &str) -> Vec<Effect> {
        match (rest, SessionId::parse(rest)) {
            ("" | "list", _) => {
                let rows = limits::SESSIONS_LISTED_MAX;
                self.show(Query::Sessions { before: None, rows }, Shown::Sessions)
            }
            (_, Some(session)) => self.show(Query::Session { session }, Shown::Session),
            (_, None) => {
                self.say(&format!("sessions: wanted a number such as S12, got `{}`", visible(rest)));
                Vec::new()
            }
        }
    }

    /// `jobs`, one of them by its id, or a word to it: `jobs pause J5`.
    pub(super) fn jobs(&mut self, rest: &str) -> Vec<Effect> {
        if matches!(rest, "" | "list") {
            return self.show(Query::Jobs { rows: limits::JOBS_LISTED_MAX }, Shown::Jobs);
        }
        let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or(("show", rest));
        let steer =
            [Steer::Pause, Steer::Resume, Steer::Stop].into_iter().find(|steer| steer.word() == first);
        let (Some(job), true) = (JobId::parse(behind.trim()), steer.is_some() || first == "show") else {
            self.say("jobs: wanted a number such as J5, or pause, resume or stop before it");
            return Vec::new();
        };
        if let Some(steer) = steer {
            self.waits = Some(Waits::Steered);
            return vec![Effect::Steer(job, steer)];
        }
        self.show(Query::Job { job, failed_only: true, before: None, rows: JOB_ROWS }, Shown::Job)
    }

    /// Tells what was asked for.
    pub(super) fn shown(&mut self, shown: Shown, reply: Reply, now: Timestamp) -> Vec<Effect> {
        match (shown, reply) {
            (Shown::Entries(wanted), Reply::Audit(page)) => return self.tell_entries(wanted, &page, now),
            (Shown::Entry, Reply::AuditEntry(entry)) => self.say_all(&entry_lines(&entry)),
            (Shown::Chain, Reply::AuditChain(piece)) => return self.tell_chain(&piece),
            (Shown::Groups, Reply::Groups(groups)) => self.tell_groups(&groups),
            (Shown::Group, Reply::Group(page)) => self.say_all(&group_lines(&page)),
            (Shown::Sessions, Reply::Sessions(page)) => self.tell_sessions(&page.sessions, page.count, now),
            (Shown::Session, Reply::Session(session)) => {
                let lines = session.told(now).into_iter().map(|(name, value)| format!("{name}: {value}"));
                self.say_all(&lines.collect::<Vec<_>>());
            }
            (Shown::Jobs, Reply::Jobs(jobs)) => {
                let lines: Vec<(String, String)> =
                    jobs.iter().map(|job| (show::job(job), format!("jobs {}", job.id))).collect();
                self.tell_list(lines, "no jobs");
            }
            (Shown::Job, Reply::Job(report)) => self.say_all(&job_lines(&report)),
            // The answer to another question: a fault of the program, said rather than swallowed.
            (_, _) => self.say("the answer is to another question; ask again"),
        }
        Vec::new()
    }

    /// Lines with numbers; a number does what stands beside its line.
    fn tell_list(&mut self, lines: Vec<(String, String)>, none: &str) {
        self.numbers = Numbers::Lines;
        self.feed = None;
        self.lines.clear();
        if lines.is_empty() {
            return self.say(none);
        }
        for (at, (told, line)) in lines.into_iter().enumerate() {
            self.say(&format!("{}. {told}", at + 1));
            self.lines.push(line);
        }
        self.say("a number tells more");
    }

    fn tell_entries(&mut self, wanted: usize, page: &AuditPage, now: Timestamp) -> Vec<Effect> {
        for record in &page.records {
            self.lines.push(format!("audit {}", record.seq));
            self.say(&format!("{}. {}", self.lines.len(), entry_line(record, now)));
        }
        let left = wanted.saturating_sub(page.records.len());
        let further = page.looked_to.filter(|_| page.more);
        if let Some(seq) = further.filter(|_| left > 0) {
            // Few of those that were looked at are meant: it looks on.
            return self.entries(AuditFrom::Before(seq), left);
        }
        self.feed = further.map(Feed::Audit);
        self.say(match (self.lines.is_empty(), further) {
            (true, _) => "no entry like that",
            (false, Some(_)) => "a number tells more; n goes on",
            (false, None) => "a number tells more; that was the last",
        });
        Vec::new()
    }

    fn tell_chain(&mut self, piece: &ChainPiece) -> Vec<Effect> {
        match &piece.broken {
            Some((seq, why)) => self.say(&format!("the chain breaks at entry {seq}: {why}")),
            None if piece.is_last => {
                self.say(&format!("the audit is as it was written, up to entry {}", piece.head.seq));
            }
            None => {
                self.say(&format!("verified {} of {} entries", piece.head.seq, piece.newest));
                return self.show(Query::AuditChain { after: piece.head }, Shown::Chain);
            }
        }
        Vec::new()
    }

    fn tell_groups(&mut self, groups: &Groups) {
        let line = |group: &Group| {
            let parent =
                groups.tree.parent(group).map_or_else(String::new, |up| format!(", below {}", up.name));
            let (users, rights) = (group.users, group.rights.iter().count());
            let told = format!("{}{parent}, {users} users, {rights} rights", group.name);
            (told, format!("groups {}", group.id))
        };
        let lines = groups.tree.in_order().into_iter().map(|(_, group)| line(group)).collect();
        self.tell_list(lines, "no groups");
        self.say(&format!("{} staff in no group", groups.free));
    }

    fn tell_sessions(&mut self, sessions: &[ConsoleSession], count: u64, now: Timestamp) {
        let own = self.actor.session;
        let line = |session: &ConsoleSession| {
            let who = &session.who;
            let mine = if Some(session.id) == own { ", this one" } else { "" };
            let idle = session.last_key.map_or_else(String::new, |at| format!(", idle {}", at.age_at(now)));
            let told = format!(
                "{}{mine}, {}, from {}, by {}, since {}{idle}",
                session.id,
                who.login.as_deref().unwrap_or_default(),
                session.source,
                session.proof,
                session.opened_at.age_at(now)
            );
            (told, format!("sessions {}", session.id))
        };
        self.tell_list(sessions.iter().map(line).collect(), "no sessions");
        self.say(&format!(
            "{count} in all; open the operator to end one, or `self sessions end` for your others"
        ));
    }
}

/// `entry 88214, 2h ago, m.okafor, user.lock, c.kim, denied by level: reason`.
fn entry_line(record: &Record, now: Timestamp) -> String {
    let rule = if record.rule.is_empty() { String::new() } else { format!(" by {}", record.rule) };
    let result = format!("{}{rule}", record.result);
    let parts = [
        format!("entry {}", record.seq),
        format!("{} ago", record.at.age_at(now)),
        record.actor.clone(),
        record.action.clone(),
        record.target.clone(),
        result,
    ];
    let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let reason = if record.reason.is_empty() { String::new() } else { format!(": {}", record.reason) };
    format!("{}{reason}", told.join(", "))
}

fn entry_lines(entry: &AuditEntry) -> Vec<String> {
    let told = entry.record.told().into_iter().map(|(name, value)| format!("{name}: {value}"));
    let changes = entry.record.changes();
    let changed = changes.iter().map(|change| format!("{}: {}", change.field, change.values()));
    let fits = if entry.holds { "fits" } else { "does not fit: audit verify tells where the chain breaks" };
    told.chain(changed).chain([format!("hash: {} {fits}", hex(&entry.hash))]).collect()
}

fn group_lines(page: &GroupPage) -> Vec<String> {
    let group = &page.group;
    let organisation = group.organisation.as_ref().map_or("the whole institution", |one| &one.display_name);
    let limits = group.limits.as_ref().map_or_else(String::new, TransferLimits::to_string);
    let pairs = [
        ("group", format!("{}, {}", group.name, group.id)),
        ("description", group.description.clone()),
        ("organisation", organisation.to_owned()),
        ("below", page.parent.clone().unwrap_or_default()),
        ("groups below it", page.below.to_string()),
        ("users", group.users.to_string()),
        ("limits", limits),
    ];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let rights = group.rights.iter().map(|right: Right| format!("right: {}", right.spec().label));
    pairs.map(|(name, value)| format!("{name}: {value}")).chain(rights).collect()
}

fn job_lines(report: &JobReport) -> Vec<String> {
    let rows = report.rows.iter().map(|row| {
        let called = if row.called.is_empty() { row.user.to_string() } else { row.called.clone() };
        format!("{}: {called}, {}", row.result.word(), row.text)
    });
    let none = report.rows.is_empty().then(|| "nobody was skipped".to_owned());
    std::iter::once(show::job(&report.job)).chain(rows).chain(none).collect()
}
